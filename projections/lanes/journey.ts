import { never } from "../../actors/actor.ts";
import type { DeliveryEstimate } from "../../actors/commands.ts";
import { estimateOn, isWithCarrier, type Lane } from "../../actors/parcel/lane.ts";
import type { ParcelEvent } from "../../actors/parcel/parcel_events.ts";
import { errorBucket, transitBucket } from "./buckets.ts";

export const estimateStages = ["first", "hand_over", "last"] as const;
export type EstimateStage = (typeof estimateStages)[number];

/** One estimate, whose it was and when it was told. */
export interface Estimated extends DeliveryEstimate {
  readonly source: "carrier" | "lane";
  readonly atMs: number;
}
/** One parcel's way, as far as it is known. Plain data, stored as it is. */
export interface Journey {
  readonly shipment?: string;
  readonly registeredAtMs?: number;
  readonly handedOverAtMs?: number;
  readonly acceptedAtMs?: number;
  readonly lane?: Lane;
  readonly first?: Estimated;
  readonly handOver?: Estimated;
  /** The last two: carriers tell with the delivery that they expect it at that very moment. */
  readonly last?: Estimated;
  readonly lastButOne?: Estimated;
  readonly deliveredAtMs?: number;
  /** What came of it is counted. */
  readonly measured?: true;
}
export type JourneyEvent = Extract<
  ParcelEvent,
  {
    readonly type:
      | "parcel.registered"
      | "parcel.scanned"
      | "parcel.estimate_changed"
      | "parcel.moved"
      | "parcel.lane_told";
  }
>;
export const journeyEvents: { readonly [Type in JourneyEvent["type"]]: true } = {
  "parcel.registered": true,
  "parcel.scanned": true,
  "parcel.estimate_changed": true,
  "parcel.moved": true,
  "parcel.lane_told": true,
};

export function journeyAfter(journey: Journey, event: JourneyEvent, atMs: number): Journey {
  switch (event.type) {
    case "parcel.registered": {
      const { anew, shipment, handedOverAtMs } = event.data;
      if (journey.shipment !== undefined && !anew) return journey;
      return { ...(anew ? {} : journey), shipment, handedOverAtMs, registeredAtMs: atMs };
    }
    case "parcel.scanned": {
      const taken = event.data.checkpoints.filter(isWithCarrier).map((scan) => scan.atMs);
      if (taken.length === 0) return journey;
      return withCarrier(journey, Math.min(journey.acceptedAtMs ?? Infinity, ...taken));
    }
    case "parcel.estimate_changed": {
      const { from, to, heardAtMs } = event.data;
      return estimated(journey, { from, to, source: "carrier", atMs: heardAtMs });
    }
    case "parcel.moved":
      if (event.data.to.status !== "delivered" || journey.deliveredAtMs !== undefined) return journey;
      return { ...journey, deliveredAtMs: event.data.atMs };
    case "parcel.lane_told": {
      const { lane, figures } = event.data, told = { ...journey, lane }, begun = begunAtMs(journey);
      if (!figures || begun === undefined || journey.last?.source === "carrier") return told;
      return estimated(told, { ...estimateOn(begun, figures), source: "lane", atMs: event.data.atMs });
    }
    default:
      return never(event);
  }
}

/** What was expected as the carrier took it over. */
function withCarrier(journey: Journey, acceptedAtMs: number): Journey {
  const handOver = journey.handOver ?? journey.last;
  return { ...journey, acceptedAtMs, ...(handOver && { handOver }) };
}

function estimated(journey: Journey, estimate: Estimated): Journey {
  if (journey.deliveredAtMs !== undefined) return journey;
  const { first = estimate, last, acceptedAtMs } = journey;
  const handOver = journey.handOver ?? (acceptedAtMs === undefined ? undefined : estimate);
  return {
    ...journey,
    first,
    ...(handOver && { handOver }),
    ...(last && { lastButOne: last }),
    last: estimate,
  };
}

function begunAtMs({ handedOverAtMs, acceptedAtMs = Infinity }: Journey): number | undefined {
  return handedOverAtMs === undefined ? undefined : Math.min(handedOverAtMs, acceptedAtMs);
}

/** What one delivered parcel adds to the counts. */
export interface Measured {
  readonly lane: Lane;
  readonly day: string;
  /** Absent where the times contradict each other. */
  readonly transit?: number;
  readonly estimates: readonly {
    readonly stage: EstimateStage;
    readonly source: Estimated["source"];
    readonly bucket: number;
  }[];
}

const dayMs = 86_400_000, dayChars = "2026-01-01".length;

/** Once it is delivered and its lane is known. What was told of it after the delivery was no estimate. */
export function measure(journey: Journey): Measured | undefined {
  const { lane, deliveredAtMs, measured, first, handOver } = journey, begun = begunAtMs(journey);
  if (!lane || deliveredAtMs === undefined || measured || begun === undefined) return undefined;
  const inTime = (estimate: Estimated | undefined) =>
    estimate && estimate.atMs <= deliveredAtMs ? estimate : undefined;
  const last = inTime(journey.last) ?? inTime(journey.lastButOne);
  const stages = { first: inTime(first), hand_over: inTime(handOver), last };
  return {
    lane,
    day: new Date(deliveredAtMs).toISOString().slice(0, dayChars),
    ...(deliveredAtMs > begun && { transit: transitBucket(deliveredAtMs - begun) }),
    estimates: estimateStages.flatMap((stage) => {
      const estimate = stages[stage], lateMs = estimate && lateMsOf(estimate, deliveredAtMs);
      if (lateMs === undefined) return [];
      return [{ stage, source: estimate!.source, bucket: errorBucket(lateMs) }];
    }),
  };
}

/** 0 within the window; above: late; below: early. A day lasts until its end, in UTC; a single moment means that day, until then. */
export function lateMsOf({ from, to }: DeliveryEstimate, deliveredAtMs: number): number | undefined {
  const startMs = from === to ? Date.parse(from.slice(0, dayChars)) : Date.parse(from);
  const endMs = to.length === dayChars ? Date.parse(to) + dayMs - 1 : Date.parse(to);
  if (Number.isNaN(startMs) || Number.isNaN(endMs)) return undefined;
  if (deliveredAtMs > endMs) return deliveredAtMs - endMs;
  return deliveredAtMs < startMs ? deliveredAtMs - startMs : 0;
}
