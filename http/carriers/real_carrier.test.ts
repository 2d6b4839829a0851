import { expect, test } from "vitest";
import { type Aggregator, realCarrier } from "./real_carrier.ts";

test.each<[string | undefined, Aggregator, string]>([
  ["UPS", "easypost", "ups"],
  ["UPSDAP", "easypost", "ups"],
  ["FedExDefault", "easypost", "fedex"],
  ["DHLExpress", "easypost", "dhl_express"],
  ["RoyalMail", "easypost", "royalmail"],
  ["usps", "shippo", "usps"],
  ["dhl_express", "shippo", "dhl_express"],
  ["dpd_uk", "shippo", "dpd"],
  ["royal-mail", "aftership", "royalmail"],
  ["dhl-germany", "aftership", "dhl"],
  ["stamps_com", "shipengine", "usps"],
  ["DHL Paket", "17track", "dhl"],
  ["Royal Mail", "17track", "royalmail"],
  ["100002", "17track", "ups"],
])("%j of %s is our %s", (said, aggregator, ours) => {
  expect(realCarrier(said, aggregator)).toBe(ours);
});

test("what AfterShip calls dhl is DHL Express, and nobody else does", () => {
  expect(realCarrier("dhl", "aftership")).toBe("dhl_express");
  expect(realCarrier("dhl", "17track")).toBe("dhl");
});

test.each<[string | undefined, string]>([
  ["CanadaPost", "canadapost"],
  ["China Post", "china_post"],
  ["dhl-global-mail", "dhl_global_mail"],
  ["UPSMailInnovations", "upsmailinnovations"],
  ["gls_us", "gls_us"],
  [" Poczta Polska! ", "poczta_polska"],
  ["中国邮政", "中国邮政"],
  ["constructor", "constructor"],
  ["", "unknown"],
  [undefined, "unknown"],
])("%j keeps its own name, as %s", (said, theirs) => {
  expect(realCarrier(said, "easypost")).toBe(theirs);
});
