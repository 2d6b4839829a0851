import type { TrackingStatus } from "../../actors/parcel/status.ts";
import type { Authenticate } from "./authentication/authenticate.ts";

/** One scan, in our words. */
export interface NormalEvent {
  readonly status: TrackingStatus;
  readonly subStatus?: string;
  /** RFC 3339 in UTC. */
  readonly at: string;
  /** The carrier's own text of the time, where it did not say in which zone: then `at` is read as if it were UTC. */
  readonly localTime?: string;
  /** Where, as people write it: `Louisville, KY, US`. */
  readonly location?: string;
  /** The carrier's words, without names of people. */
  readonly description: string;
  /** The carrier's own code, exactly as sent; empty when it sent none. */
  readonly carrierCode: string;
}

/** What a message says of one parcel. */
export interface NormalParcel {
  /** Empty where a reply does not repeat it (DPD): then only who asked knows. */
  readonly trackingNumber: string;
  /** The carrier that has the parcel: an aggregator names the real one. */
  readonly carrier: string;
  /** Of `events` by the rule of `actors/parcel/fold.ts`; of the message's own summary where it has no events. */
  readonly status: TrackingStatus;
  readonly subStatus?: string;
  readonly estimatedDelivery?: Estimate;
  /** Oldest first. */
  readonly events: readonly NormalEvent[];
  /** True when the message's own summary says another status than its newest event. */
  readonly disagrees?: true;
  /** Codes that no table has; their events are `unknown`. */
  readonly unmapped?: readonly string[];
}
/** RFC 3339 in UTC, or a date `YYYY-MM-DD` where the carrier names only the day. */
export interface Estimate {
  readonly from: string;
  readonly to: string;
}

/** A message of a set-up conversation: to be answered at once, and no news of any parcel. */
export interface Handshake {
  readonly name: string;
  /** What to answer with status 200. */
  readonly answer: { readonly [field: string]: string };
  /** True when it comes before there is a secret to sign with. */
  readonly unsigned: boolean;
}

/** All that is known of one carrier, or of an aggregator that speaks for many: the default export of `<name>/adapter.ts`. */
export interface CarrierAdapter {
  /** In URLs, commands and configuration: `ups`, `dhl_express`. The name of its folder. */
  readonly name: string;
  /** As customers know it; absent where it stands for carriers that they know by no name. */
  readonly title?: string;
  readonly authenticate: Authenticate;
  handshake?(body: Uint8Array): Handshake | undefined;
  /** What a callback says. Throws `Unreadable`; and `Misconfigured` while its settings cannot be used. */
  callback(body: Uint8Array): readonly NormalParcel[];
  /** What its tracking API answers: nothing for a number that it does not know. Throws `Unreadable`. */
  reply(body: Uint8Array): readonly NormalParcel[];
  /** The carrier's own page for a parcel. */
  trackingUrl?(trackingNumber: string): string;
  /** How recordings of its messages are labelled, where that is not its name: one adapter may read several of the carrier's APIs. */
  readonly providers?: readonly string[];
  /** The adapter with what the operator says of it in `WAYBILL_CARRIER_<NAME>_<SETTING>`. Throws `Misconfigured`. */
  configured?(setting: (name: string) => string | undefined): CarrierAdapter;
}

/** A setting that cannot be used: the message says what to write instead, and nothing that is secret. */
export class Misconfigured extends Error {
  override readonly name = "Misconfigured";
}

/** A body that is not what this carrier sends. */
export class Unreadable extends Error {
  override readonly name = "Unreadable";
}
