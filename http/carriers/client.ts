import type { CarrierFault } from "./carrier_fault.ts";

/** Asks one carrier's tracking API. */
export interface CarrierClient {
  /**
   * The body of its answer, for the adapter's `reply`; undefined when the carrier knows no such number. Rejects with a `CarrierFault`.
   * One call is at most one question to the carrier, beside getting a new token.
   */
  track(trackingNumber: string, signal: AbortSignal): Promise<Uint8Array | undefined>;
}

/** How to speak with a carrier's API: the default export of `<name>/client.ts`. Without that file a carrier is never asked. */
export interface CarrierApi {
  /** Where it is, for those who look for what to set: with its sandbox, if it has one. */
  readonly urls: string;
  /** What must be set in `WAYBILL_CARRIER_<NAME>_<SETTING>` besides `API_URL`. */
  readonly needs: readonly ("API_ID" | "API_KEY")[];
  /** What the carrier allows whoever has agreed on nothing else, as `API_RATE` has it. */
  readonly rate: string;
  open(settings: ApiSettings): CarrierClient;
}
export interface ApiSettings {
  /** Without a slash at its end. */
  readonly url: string;
  /** Empty where `needs` does not name it. */
  readonly id: string;
  readonly key: string;
}

/** What `track` rejects with. */
export type { CarrierFault };
