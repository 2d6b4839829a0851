import { type TrackingStatus, trackingStatuses } from "../../actors/parcel/status.ts";

/** Why a parcel is asked after sooner or later than others; the first comes first. */
export const urgencies = [
  /** Somebody has its page open, or had lately. */
  "watched",
  "out_for_delivery",
  /** It is late, or something went wrong with it. */
  "troubled",
  "moving",
  /** Nothing is known of it yet, or it waits for somebody. */
  "waiting",
  /** Hardly anything will come: it is on its way back, or was given up. */
  "fading",
] as const;
export type Urgency = (typeof urgencies)[number];

/** For so long after its page was seen, somebody counts as waiting. */
export const watchedMs = 10 * 60_000;

/** How often, as a share of `API_EVERY`, which is how often a parcel on its way is asked after. */
const shares: { readonly [U in Urgency]: number } = {
  watched: 1 / 24,
  out_for_delivery: 1 / 8,
  troubled: 1 / 4,
  moving: 1,
  waiting: 2,
  fading: 6,
};

const statusUrgency: { readonly [S in TrackingStatus]: Urgency | "over" } = {
  unknown: "waiting",
  pre_transit: "waiting",
  in_transit: "moving",
  out_for_delivery: "out_for_delivery",
  delivery_attempted: "troubled",
  available_for_pickup: "waiting",
  delivered: "over",
  exception: "troubled",
  return_to_sender: "fading",
  expired: "over",
  cancelled: "over",
};
/** Where the sub-status says more. `exception/lost` and `/undeliverable` are over only until a scan says otherwise. */
const subUrgency: { readonly [standing: string]: Urgency | "over" } = {
  "return_to_sender/returned": "over",
  "exception/disposed": "over",
  "exception/seized": "over",
  "exception/lost": "fading",
  "exception/undeliverable": "fading",
};

/** A parcel as far as it depends on it when it is asked after. */
export interface Watched {
  readonly status: TrackingStatus;
  readonly subStatus?: string | undefined;
  readonly late: boolean;
  readonly watched: boolean;
}

/** Undefined for one that is over, whoever looks at it. */
export function urgencyOf({ status, subStatus, late, watched }: Watched): Urgency | undefined {
  const standing = `${status}/${subStatus ?? ""}`;
  const own = (Object.hasOwn(subUrgency, standing) ? subUrgency[standing] : undefined) ??
    statusUrgency[status];
  if (own === "over") return undefined;
  const claims: readonly Urgency[] = [
    own,
    ...(watched ? ["watched" as const] : []),
    ...(late ? ["troubled" as const] : []),
  ];
  return urgencies.find((one) => claims.includes(one));
}

/** One answer of `urgencyOf` as a row, so that the database can look it up. */
export interface UrgencyRule {
  readonly status: string;
  /** Empty: any that has no row of its own. */
  readonly sub_status: string;
  readonly late: boolean;
  readonly watched: boolean;
  /** The place in `urgencies`; -1: it is over. */
  readonly rank: number;
  /** How long after one question the next is due. */
  readonly every_ms: number;
}

/** All that `urgencyOf` can say. */
export function urgencyRules(everyMs: number): readonly UrgencyRule[] {
  const intervals = intervalsMs(everyMs), flags = [false, true];
  const standings = [...trackingStatuses.map((status) => `${status}/`), ...Object.keys(subUrgency)];
  return standings.flatMap((standing) => {
    const [status, subStatus] = standing.split("/") as [TrackingStatus, string];
    return flags.flatMap((late) =>
      flags.map((watched) => {
        const urgency = urgencyOf({ status, subStatus, late, watched });
        const rank = urgency === undefined ? -1 : urgencies.indexOf(urgency);
        const every_ms = urgency === undefined ? 0 : intervals[urgency];
        return { status, sub_status: subStatus, late, watched, rank, every_ms };
      })
    );
  });
}

/** For each urgency, how long after an answer the next question is due. */
export function intervalsMs(everyMs: number): { readonly [U in Urgency]: number } {
  const entries = urgencies.map((urgency) => [urgency, Math.ceil(everyMs * shares[urgency])] as const);
  return Object.fromEntries(entries) as { readonly [U in Urgency]: number };
}
