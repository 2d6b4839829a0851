import { expect, test } from "vitest";
import { representations } from "../../http/documents/media.ts";
import { whyNot } from "../../http/documents/render.ts";
import { viewOf } from "../../http/documents/testing/samples.ts";
import { readConfig } from "../config.ts";
import { exampleSeller } from "./example_seller.mjs";

const servers = { NATS_URL: "nats://127.0.0.1:4222", DATABASE_URL: "postgres://w@127.0.0.1/w" };
function sellerOf(env: Record<string, string>) {
  const read = readConfig({ ...servers, ...env }, () => "");
  if (!read.ok) throw new Error(read.problems.join("; "));
  return read.config.sellers.all[0]!;
}
const sample = { lines: [{ quantity: 1, unitPrice: "3.00" }] };
const had = (env: Record<string, string>) =>
  representations.filter((one) => whyNot(viewOf(sample, { seller: sellerOf(env) }), one) === undefined);

test("an invoice of a system that was told nothing can be had in every form", () => {
  expect(had({})).toEqual(["json", "pdf"]);
  expect(had(exampleSeller({})!)).toEqual(representations);
  expect(sellerOf(exampleSeller({})!)).toMatchObject({ name: "Your shop", vatId: "GBEXAMPLE" });
});

test("the shop says its country and VAT identifier itself", () => {
  const own = { WAYBILL_SHOP_COUNTRY: "DE", WAYBILL_SHOP_VAT_ID: "DE136695976" };
  expect(had(own)).toEqual(representations);
  expect(sellerOf(own)).toMatchObject({ address: { country: "DE" }, vatId: "DE136695976" });
  for (const said of [own, { WAYBILL_SELLERS: "{}" }, { WAYBILL_SHOP_COUNTRY: "DE" }]) {
    expect(exampleSeller(said)).toBeUndefined();
  }
});

test.each([["WAYBILL_SHOP_COUNTRY", "UK"], ["WAYBILL_SHOP_VAT_ID", "123"]])(
  "%s=%s is refused",
  (name, value) => {
    expect(() => sellerOf({ [name]: value })).toThrow(name);
  },
);
