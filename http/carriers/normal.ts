import { inSequence, type Scan, standingOf } from "../../actors/parcel/fold.ts";
import type { Standing } from "../../actors/parcel/status.ts";
import type { Estimate, NormalEvent, NormalParcel } from "./adapter.ts";
import { clean } from "./clean.ts";
import type { Moment } from "./reading/times.ts";

/** One scan as an adapter has read it. `meaning` undefined: its code is in no table. */
export interface ReadEvent {
  readonly meaning: Standing | undefined;
  /** Undefined when no time can be made of what was sent: the event is left out, because nothing says where it belongs. */
  readonly moment: Moment | undefined;
  readonly location?: string | undefined;
  readonly description: string | undefined;
  readonly code: string | undefined;
}

export interface ReadParcel {
  readonly trackingNumber: string;
  readonly carrier: string;
  readonly events: readonly ReadEvent[];
  /** What the message itself says the status is, if it says it; `meaning` undefined: its code is in no table. */
  readonly summary?:
    | { readonly meaning: Standing | undefined; readonly code: string | undefined }
    | undefined;
  readonly estimatedDelivery?: Estimate | undefined;
}

/** Characters of what a carrier writes. */
export const textLimits = { description: 300, location: 200, code: 100, subStatus: 60, time: 60 } as const;

/** Puts together what was read of a parcel: events by time, the status that they add up to, and what does not fit. */
export function normalParcel(read: ReadParcel): NormalParcel {
  const { trackingNumber, carrier, summary, estimatedDelivery } = read;
  const events = inOrder(read.events.flatMap(normalEvent));
  const folded = standingOf(events.map(scanOf));
  const summed = summary?.meaning ?? { status: "unknown" as const };
  const standing: Standing = folded.status === "unknown" ? summed : folded;
  const disagrees = summary?.meaning !== undefined && summary.meaning.status !== standing.status;
  const codes = [...read.events, ...(summary ? [summary] : [])];
  const unmapped = [
    ...new Set(
      codes.flatMap(({ meaning, code }) => meaning === undefined && code !== undefined ? [code] : []),
    ),
  ];
  const { status, subStatus } = standing;
  return {
    trackingNumber,
    carrier,
    status,
    ...(subStatus !== undefined && { subStatus }),
    ...(estimatedDelivery && { estimatedDelivery }),
    events,
    ...(disagrees && { disagrees: true as const }),
    ...(unmapped.length > 0 && { unmapped }),
  };
}

function normalEvent({ meaning, moment, location, description, code }: ReadEvent): NormalEvent[] {
  if (moment === undefined) return [];
  const { status, subStatus } = meaning ?? { status: "unknown" };
  return [{
    status,
    ...(subStatus !== undefined && { subStatus }),
    ...moment,
    ...(location !== undefined && { location: clean(location, textLimits.location) }),
    description: clean(description ?? "", textLimits.description),
    carrierCode: clean(code ?? "", textLimits.code),
  }];
}

function inOrder(events: readonly NormalEvent[]): NormalEvent[] {
  return events.map((event) => ({ event, scan: scanOf(event) }))
    .sort((one, other) => inSequence(one.scan, other.scan))
    .map(({ event }) => event);
}

/** A scan is the same scan when code, time and place are (DOMAIN 4). */
function scanOf({ status, subStatus, at, location, carrierCode }: NormalEvent): Scan {
  return {
    status,
    ...(subStatus !== undefined && { subStatus }),
    atMs: Date.parse(at),
    hash: `${carrierCode} ${at} ${location ?? ""}`,
  };
}
