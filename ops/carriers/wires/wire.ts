import type { Hono } from "hono";
import type { Chance } from "../../simulation/kernel/chance.ts";
import type { SimulatedParcel, SimulatedScan } from "../world.ts";

/** What a client needs to be let in, by the names of `WAYBILL_CARRIER_<NAME>_<SETTING>`. */
export interface ApiCredentials {
  readonly API_ID?: string;
  readonly API_KEY: string;
}

export interface WireOptions {
  readonly credentials: ApiCredentials;
  /** The parcel of that number, as everybody writes numbers. */
  find(trackingNumber: string): SimulatedParcel | undefined;
  nowMs(): number;
}

/** One carrier as it is on the wire: its tracking API and its callbacks. */
export interface Wire {
  readonly name: string;
  readonly credentials: ApiCredentials;
  newNumber(chance: Chance): string;
  /** Below its own path: the base of its URL, as a client is told it. */
  api(options: WireOptions): Hono;
  /** The body that tells of a scan. */
  callback(parcel: SimulatedParcel, scan: SimulatedScan): string;
  /** How a callback proves itself. `header`: where the token stands, if the subscriber chose it. */
  proof(secret: string, header: string | undefined): Readonly<Record<string, string>>;
  /** What the API says of itself when it cannot answer. */
  problem(status: number): object;
  /** How often a callback that was not taken is sent again. */
  readonly retries: number;
}

export const digits = (chance: Chance, count: number): string =>
  Array.from({ length: count }, () => chance.between(0, 9)).join("");
