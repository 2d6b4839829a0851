const secondMs = 1_000, hourMs = 3_600 * secondMs, dayMs = 24 * hourMs;

/** Every limit of sending to endpoints, by name and unit. */
export const courierLimits = {
  /** One process sends so many at once: more than there may be endpoints, so that however many are out of order, others have room. */
  sendingsMax: 128,
  sendingsPerEndpointMax: 16,
  /** How often it looks for what is due. */
  lookMs: 250,
  /** While the database does not answer. */
  troubleMs: 1_000,
  /** A sending that is not recorded by then belongs to somebody who died: longer than one can take, with its record. */
  claimMs: 60 * secondMs,
  /** An endpoint that took nothing for so long, tried so often, is disabled. */
  failingMsMax: 5 * dayMs,
  failingTriesMin: 8,
  /** How long deliveries and their attempts can be read and replayed. */
  keptMs: 30 * dayMs,
  forgetEveryMs: hourMs,
  forgottenAtOnceMax: 1_000,
  /** Of each answer in the log. */
  responseCharsMax: 1_000,
} as const;

export type CourierLimits = { readonly [Name in keyof typeof courierLimits]: number };
