import { expect, test } from "vitest";
import { loadApis } from "../carriers/load.ts";
import { askedCarriers } from "./api_settings.ts";

const apis = await loadApis();
const ofUps = {
  WAYBILL_CARRIER_UPS_API_URL: "https://onlinetools.ups.com/",
  WAYBILL_CARRIER_UPS_API_ID: "id",
  WAYBILL_CARRIER_UPS_API_KEY: "key",
};

test("a carrier with a client.ts is found; it is asked once its URL is set", () => {
  expect([...apis.keys()]).toEqual(["dhl", "ups"]);
  expect(askedCarriers({}, apis)).toEqual({ asked: new Map(), problems: [] });
  const both = askedCarriers({
    ...ofUps,
    WAYBILL_CARRIER_UPS_API_RATE: "1/s",
    WAYBILL_CARRIER_UPS_API_EVERY: "30min",
    WAYBILL_CARRIER_DHL_API_URL: "https://api-eu.dhl.com",
    WAYBILL_CARRIER_DHL_API_KEY: "key",
  }, apis);
  expect([...both.asked].map(([name, { rates, everyMs }]) => [name, rates, everyMs])).toEqual([
    ["dhl", [{ count: 12, perMs: 60_000 }, { count: 250, perMs: 86_400_000 }], 7_200_000],
    ["ups", [{ count: 1, perMs: 1_000 }], 1_800_000],
  ]);
});

test.each([
  [
    { WAYBILL_CARRIER_UPS_API_KEY: "key" },
    "WAYBILL_CARRIER_UPS_API_KEY is set, but not WAYBILL_CARRIER_UPS_API_URL",
  ],
  [{ ...ofUps, WAYBILL_CARRIER_UPS_API_ID: "" }, "WAYBILL_CARRIER_UPS_API_ID is not set"],
  [
    { ...ofUps, WAYBILL_CARRIER_UPS_API_URL: "onlinetools" },
    "Cannot use WAYBILL_CARRIER_UPS_API_URL: it must be a URL",
  ],
  [{ ...ofUps, WAYBILL_CARRIER_UPS_API_RATE: "fast" }, "Cannot use WAYBILL_CARRIER_UPS_API_RATE=fast"],
  [{ WAYBILL_CARRIER_GLS_API_URL: "https://x" }, "carriers that can be asked are dhl, ups"],
  [
    { ...ofUps, WAYBILL_CARRIER_UPS_API_URLS: "https://x" },
    "WAYBILL_CARRIER_UPS_API_URLS is set, but means nothing",
  ],
])("what cannot be meant is said: %j", (env, problem) => {
  const dhl = { WAYBILL_CARRIER_DHL_API_URL: "https://api-eu.dhl.com", WAYBILL_CARRIER_DHL_API_KEY: "k" };
  const result = askedCarriers({ ...dhl, ...env }, apis);
  expect(result.problems.map((one) => one.problem)).toEqual([expect.stringContaining(problem)]);
  expect(result.asked.has("dhl")).toBe(true); // Others are asked all the same.
  expect(JSON.stringify(result)).not.toContain('"key"');
});
