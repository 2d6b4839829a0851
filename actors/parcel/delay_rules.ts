const hourMs = 3_600_000, dayMs = 24 * hourMs;

/** When a parcel counts as late, and when as lost from sight (DOMAIN 4). */
export const delayRules = {
  /** "Label older than cutoff + 24 h": the next cutoff is at most a day after the hand-over that the shop told us of. */
  notHandedOverMs: 2 * dayMs,
  /** "No scan for lane p95 or 5 days, whichever first". */
  noMovementMs: 5 * dayMs,
  /** Customs clear most parcels within a day; carriers ask to be called after three. */
  stuckCustomsMs: 3 * dayMs,
  /** Points keep a parcel for 7 to 14 days (DHL 7, DPD 7 to 10, Royal Mail 18): two days before the first sends it back. */
  pickupAgeingMs: 5 * dayMs,
  /** "No scan for 30 days (configurable)". */
  expiredMs: 30 * dayMs,
  /** Carriers give a number out again after 120 days at the earliest (USPS Publication 199); later hand-overs are another parcel's. */
  numberReusedMs: 90 * dayMs,
  /** Labels are printed, and announced, at most so long before the parcel is handed over. */
  announcedMs: 30 * dayMs,
} as const;

/** Those that a shop may set itself, or switch off. */
export const delaySettings = {
  not_handed_over: "notHandedOverMs",
  no_movement: "noMovementMs",
  stuck_customs: "stuckCustomsMs",
  pickup_ageing: "pickupAgeingMs",
} as const;
export type SettableDelay = keyof typeof delaySettings;
export const settableDelays = Object.keys(delaySettings) as readonly SettableDelay[];
/** A parcel is told of them, so that its history stays what it was when they change. */
export interface DelaySettings extends Partial<Record<(typeof delaySettings)[SettableDelay], number>> {
  readonly off?: readonly SettableDelay[];
}
