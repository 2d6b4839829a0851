/**
 * Why a carrier's API gave no answer that can be used. `breaks`: it says that the carrier is down, or ill, so that others need not be
 * asked after now.
 */
export const carrierFaults = {
  /** No connection, or a 5xx. */
  "unavailable": { breaks: true },
  "timeout": { breaks: true },
  /** It wants fewer questions. */
  "throttled": { breaks: false },
  /** It does not know us: 401 or 403. */
  "refused": { breaks: true },
  /** Any other 4xx: it does not like this question. */
  "rejected": { breaks: false },
  /** An answer that ends in the middle, or is none of this carrier's. */
  "unreadable": { breaks: true },
  "too-large": { breaks: false },
} as const;
export type CarrierFaultCode = keyof typeof carrierFaults;

export class CarrierFault extends Error {
  override readonly name = "CarrierFault";
  readonly code: CarrierFaultCode;
  /** When it may be asked again, if it said that. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: CarrierFaultCode,
    message: string,
    { retryAfterMs, cause }: { readonly retryAfterMs?: number | undefined; readonly cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }

  get breaks(): boolean {
    return carrierFaults[this.code].breaks;
  }
}
