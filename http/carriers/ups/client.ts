import { Buffer } from "node:buffer";
import { randomUUID } from "node:crypto";
import { askCarrier } from "../ask_carrier.ts";
import { CarrierFault } from "../carrier_fault.ts";
import type { ApiSettings, CarrierApi, CarrierClient } from "../client.ts";

/** A token that ends within this time is not begun with. */
const spareMs = 60_000;

/**
 * UPS Track API v1 behind OAuth client credentials. Source: UPS-API/api-documentation (Tracking.yaml, OAuthClientCredentials.yaml).
 */
const api: CarrierApi = {
  urls: "https://onlinetools.ups.com, for tests https://wwwcie.ups.com",
  needs: ["API_ID", "API_KEY"],
  // UPS publishes no number; its subscriptions answer 429 well above this.
  rate: "5/s",
  open: (settings) => new UpsClient(settings),
};
export default api;

class UpsClient implements CarrierClient {
  readonly #settings: ApiSettings;
  #token: { readonly value: string; readonly untilMs: number } | undefined;
  /** Several questions that find no token ask for one together. */
  #getting: Promise<string> | undefined;

  constructor(settings: ApiSettings) {
    this.#settings = settings;
  }

  async track(trackingNumber: string, signal: AbortSignal): Promise<Uint8Array | undefined> {
    const url = `${this.#settings.url}/api/track/v1/details/${
      encodeURIComponent(trackingNumber)
    }?locale=en_US`;
    const ask = async (token: string) => {
      const headers = { authorization: `Bearer ${token}`, transId: randomUUID(), transactionSrc: "waybill" };
      return await askCarrier({ url, headers, signal }, [401, 404]);
    };
    const token = await this.#tokenNow(signal);
    let { status, body } = await ask(token);
    if (status === 401) {
      // A token may be withdrawn before its time: once is tried with a new one.
      if (this.#token?.value === token) this.#token = undefined;
      ({ status, body } = await ask(await this.#tokenNow(signal)));
    }
    if (status === 401) throw new CarrierFault("refused", "it answered 401");
    return status === 404 ? undefined : body;
  }

  async #tokenNow(signal: AbortSignal): Promise<string> {
    if (this.#token && this.#token.untilMs - spareMs > Date.now()) return this.#token.value;
    this.#getting ??= this.#newToken(signal).finally(() => this.#getting = undefined);
    return await this.#getting;
  }

  async #newToken(signal: AbortSignal): Promise<string> {
    const { url, id, key } = this.#settings;
    const { body } = await askCarrier({
      url: `${url}/security/v1/oauth/token`,
      method: "POST",
      headers: {
        authorization: `Basic ${Buffer.from(`${id}:${key}`).toString("base64")}`,
        "content-type": "application/x-www-form-urlencoded",
      },
      body: "grant_type=client_credentials",
      signal,
    });
    const { access_token: value, expires_in: expiresIn } = fieldsOf(body);
    if (typeof value !== "string" || value === "" || !(Number(expiresIn) > 0)) {
      throw new CarrierFault("unreadable", "it gave no token, or none that lasts");
    }
    this.#token = { value, untilMs: Date.now() + Number(expiresIn) * 1000 };
    return value;
  }
}

function fieldsOf(body: Uint8Array): { readonly [field: string]: unknown } {
  try {
    const value: unknown = JSON.parse(Buffer.from(body).toString("utf8"));
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch (cause) {
    throw new CarrierFault("unreadable", "its answer about a token is not JSON", { cause });
  }
}
