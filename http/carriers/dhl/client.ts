import { askCarrier } from "../ask_carrier.ts";
import type { CarrierApi } from "../client.ts";

/** DHL Shipment Tracking Unified behind a key in a header. Source: developer.dhl.com, Shipment Tracking - Unified. */
const api: CarrierApi = {
  urls: "https://api-eu.dhl.com, for tests https://api-test.dhl.com",
  needs: ["API_KEY"],
  // What every new application is given: one question each five seconds, and 250 a day.
  rate: "12/min,250/day",
  open: ({ url, key }) => ({
    track: async (trackingNumber, signal) => {
      const query = new URLSearchParams({ trackingNumber });
      const headers = { "DHL-API-Key": key, accept: "application/json" };
      const { status, body } = await askCarrier({ url: `${url}/track/shipments?${query}`, headers, signal }, [
        404,
      ]);
      return status === 404 ? undefined : body;
    },
  }),
};
export default api;
