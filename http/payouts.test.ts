import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fee, paid, payoutWords, statement, stocked } from "./testing/payouts.ts";
import { openTown, orderOf, type Town } from "./testing/town.ts";
import { pointersOf } from "./testing/told.ts";

let town: Town, post: ReturnType<typeof payoutWords>["post"], order: ReturnType<typeof payoutWords>["order"];
beforeEach(async () => {
  town = await openTown();
  ({ post, order } = payoutWords(town));
  await stocked(town);
});
afterEach(() => town.close());

const rematch = (id: string | undefined, key = "k1", headers: Record<string, string> = {}) =>
  town.call("POST", `/v1/payouts/${id}/match`, undefined, { "idempotency-key": key, ...headers });

describe("POST /v1/payouts", () => {
  test("says of every line what it belongs to", async () => {
    const orderId = await order("1");
    const { status, body, headers } = await post(statement([paid("1"), paid("9"), fee]));
    expect(status).toBe(201);
    expect(headers.get("location")).toBe(`/v1/payouts/${body.payoutId}`);
    expect(body).toEqual({
      payoutId: expect.stringMatching(/^po_[0-9A-Z]{26}$/),
      ...{ source: "web", reference: "P-1", currency: "GBP", status: "unmatched" },
      ...{ recordedAt: expect.stringMatching(/Z$/), matchedAt: body.recordedAt },
      totals: {
        ...{ gross: "6.00", refunds: "0.00", fees: "-0.35", adjustments: "0.00", chargebacks: "0.00" },
        net: "5.65",
      },
      ...{ matched: [1, 3], unmatched: [2], disputed: [], writtenOff: [] },
      differences: [{ line: 2, state: "unmatched", reason: "unknown-order", difference: "3.00" }],
      lines: [
        { line: 1, ...paid("1"), state: "matched", orderId },
        { line: 2, ...paid("9"), state: "unmatched", reason: "unknown-order", difference: "3.00" },
        { line: 3, ...fee, state: "matched" },
      ],
    });
    expect((await town.call("GET", `/v1/payouts/${body.payoutId}`)).body).toEqual(body);
  });

  test("asked twice is asked once, and another body under its name is a mismatch", async () => {
    await order("1");
    const first = await post(statement([paid("1")]));
    const again = await post(statement([paid("1", "pay-1", "3")])); // The same amount in other words.
    expect([again.status, again.headers.get("idempotent-replayed")]).toEqual([201, "true"]);
    expect(again.body).toEqual(first.body);
    const { status, body } = await post(statement([paid("1"), fee]));
    expect([status, body.type]).toEqual([422, "/problems/idempotency-mismatch"]);
  });

  test("a line that an earlier payout of the source has is refused, naming that payout", async () => {
    const { body: { payoutId } } = await post(statement([fee]));
    const again = statement([{ ...fee, reference: "fee-2" }, fee], { reference: "P-2" });
    const { status, body } = await post(again);
    expect([status, body.type]).toEqual([409, "/problems/statement-line-known"]);
    expect(body.errors).toEqual([{
      pointer: "/lines/1/reference",
      detail: expect.stringContaining("fee-1"),
      payoutId,
    }]);
    expect((await post({ ...again, source: "amazon" })).status).toBe(201);
    expect((await post(statement([paid("1")], { reference: "P-2" }))).status).toBe(201); // It was not spent.
  });

  test("an order that an earlier payout has paid is disputed, and names it", async () => {
    await order("1");
    const { body: { payoutId } } = await post(statement([paid("1")]));
    const { body } = await post(statement([paid("1", "other")], { reference: "P-2" }));
    expect(body).toMatchObject({
      ...{ status: "disputed", disputed: [1] },
      lines: [{ state: "disputed", reason: "paid-before", difference: "3.00", payoutId }],
    });
  });

  test("another source finds the only order of a number, and the channel that a line names", async () => {
    const web = await order("1"), shop = await order("2", "shop");
    await order("2");
    const lines = [paid("1"), { ...paid("2"), channel: "shop" }, paid("2", "x")];
    const { body } = await post(statement(lines, { source: "stripe" }));
    expect(body.lines).toMatchObject([
      { state: "matched", orderId: web },
      { state: "matched", orderId: shop, channel: "shop" },
      { state: "unmatched", reason: "ambiguous-order" },
    ]);
  });

  test("another currency than the order's leaves the line unmatched", async () => {
    await order("1");
    const { status, body } = await post(statement([paid("1")], { currency: "EUR" }));
    expect(status).toBe(201);
    expect(body.lines).toMatchObject([{ state: "unmatched", reason: "currency-differs" }]);
  });

  test("an order that is not paid here is a difference", async () => {
    await town.call("POST", "/v1/orders", orderOf("1", ["A"], { payment: "pending" }));
    const { body } = await post(statement([paid("1")]));
    expect(body.lines).toMatchObject([{ state: "matched_with_diff", reason: "not-captured" }]);
  });

  test("a line twice in a statement is named", async () => {
    const { status, body } = await post(statement([fee, paid("1"), { ...fee, amount: "-9.00" }]));
    expect([status, body.type]).toEqual([422, "/problems/duplicate-statement-line"]);
    expect(pointersOf(body)).toEqual(["/lines/2/reference"]);
  });

  test.each<[string, object, string]>([
    ["a negative payment", { ...paid("1"), amount: "-3.00" }, "/lines/0/amount"],
    ["a positive refund", { ...paid("1"), type: "refund" }, "/lines/0/amount"],
    ["a positive fee", { ...fee, amount: "0.35" }, "/lines/0/amount"],
    ["a positive chargeback", { ...fee, type: "chargeback", amount: "0.35" }, "/lines/0/amount"],
    ["an adjustment of nothing", { ...fee, type: "adjustment", amount: "0.00" }, "/lines/0/amount"],
    ["more places than the currency has", { ...fee, amount: "-0.355" }, "/lines/0/amount"],
    ["a number instead of an amount", { ...fee, amount: -0.35 }, "/lines/0/amount"],
    ["another type", { ...fee, type: "tip" }, "/lines/0/type"],
    ["no reference", { type: "fee", amount: "-0.35" }, "/lines/0/reference"],
  ])("%s is refused and changes nothing", async (_, line, pointer) => {
    const { status, body } = await post(statement([line]));
    expect(status).toBe(422);
    expect(pointersOf(body)).toEqual([pointer]);
    expect((await town.call("GET", "/v1/payouts")).body.items).toEqual([]);
  });

  test("a storefront's key speaks for its own channel", async () => {
    const web = { authorization: "Bearer web" };
    await order("1", "shop");
    expect((await post(statement([fee], { source: "stripe" }), web)).body.type).toBe("/problems/forbidden");
    expect((await post(statement([{ ...paid("1"), channel: "shop" }]), web)).status).toBe(403);
    const { body } = await post(statement([paid("1")]), web);
    expect(body.lines).toMatchObject([{ state: "unmatched", reason: "unknown-order" }]);
    const shop = { authorization: "Bearer shop" };
    expect((await town.call("GET", `/v1/payouts/${body.payoutId}`, undefined, shop)).status).toBe(404);
    expect((await rematch(body.payoutId, "k", shop)).status).toBe(404);
    const mixed = await post(statement([{ ...paid("1", "m"), channel: "shop" }], { reference: "mixed" }));
    expect(mixed.status).toBe(201);
    expect((await town.call("GET", `/v1/payouts/${mixed.body.payoutId}`, undefined, web)).status).toBe(404);
    expect((await rematch(mixed.body.payoutId, "k", web)).status).toBe(404);
    expect((await town.call("GET", "/v1/payouts", undefined, shop)).body.items).toEqual([]);
    expect((await town.call("GET", "/v1/payouts?source=web", undefined, shop)).status).toBe(403);
    expect((await post(statement([fee]), { authorization: "Bearer reader" })).status).toBe(403);
  });

  test("while the rows are out of reach nothing is taken", async () => {
    town.queries.down = true;
    expect((await post(statement([fee]))).status).toBe(503);
    town.queries.down = false;
    expect((await town.call("GET", "/v1/payouts")).body.items).toEqual([]);
  });
});

describe("POST /v1/payouts/{payoutId}/match", () => {
  test("looks again, and the statement stays as it was", async () => {
    const first = await post(statement([paid("1"), fee])), { payoutId } = first.body;
    const orderId = await order("1");
    const again = await rematch(payoutId);
    expect(again.status).toBe(200);
    expect(again.body).toMatchObject({ status: "matched", matched: [1, 2], lines: [{ orderId }, {}] });
    expect((await town.call("GET", `/v1/payouts/${payoutId}`)).body).toEqual(again.body);
    const repeated = await rematch(payoutId);
    expect([repeated.headers.get("idempotent-replayed"), repeated.body]).toEqual(["true", again.body]);
    const told = await post(statement([paid("1"), fee]));
    expect([told.headers.get("idempotent-replayed"), told.body]).toEqual(["true", first.body]);
  });

  test("that finds the same changes nothing", async () => {
    await order("1");
    const { body } = await post(statement([paid("1")]));
    const again = await rematch(body.payoutId, "k2");
    expect(again.body).toEqual(body);
  });

  test("of an earlier payout does not see the later one", async () => {
    await order("1");
    const { body } = await post(statement([paid("1")]));
    await post(statement([paid("1", "other")], { reference: "P-2" }));
    expect((await rematch(body.payoutId)).body).toEqual(body);
  });

  test("needs an Idempotency-Key, and a payout", async () => {
    const { body: { payoutId } } = await post(statement([fee]));
    const bare = await town.call("POST", `/v1/payouts/${payoutId}/match`);
    expect([bare.status, bare.body.type]).toEqual([400, "/problems/idempotency-key-required"]);
    for (const id of ["po_0123456789ABCDEFGHJKMNPQRS", "x"]) {
      expect((await rematch(id)).body.type).toBe("/problems/unknown-payout");
      expect((await town.call("GET", `/v1/payouts/${id}`)).body.type).toBe("/problems/unknown-payout");
    }
  });
});

describe("GET /v1/payouts", () => {
  test("lists them, newest first, in pages, and filtered", async () => {
    await order("1");
    for (const number of ["1", "2", "3"]) await post(statement([paid(number)], { reference: `P-${number}` }));
    const references = async (query: string) =>
      (await town.call("GET", `/v1/payouts${query}`)).body.items?.map(({ reference }) => reference);
    expect(await references("?status=unmatched")).toHaveLength(2);
    expect(await references("?status=matched")).toEqual(["P-1"]);
    expect(await references("?source=amazon")).toEqual([]);
    const first = await town.call("GET", "/v1/payouts?limit=2");
    const [, next] = /^<(.+)>; rel="next"$/.exec(first.headers.get("link") ?? "") ?? [];
    const second = await town.call("GET", next!);
    const all = [first, second].flatMap(({ body }) => body.items?.map(({ reference }) => reference));
    expect(all.toSorted()).toEqual(["P-1", "P-2", "P-3"]);
    expect(first.body.items?.[0]).not.toHaveProperty("lines");
    expect(pointersOf((await town.call("GET", "/v1/payouts?status=new")).body)).toEqual(["/query/status"]);
    const chargeback = { type: "chargeback", amount: "-1.00", reference: "cb" };
    await post(statement([paid("8"), { ...fee, reference: "fee-8" }, chargeback], { reference: "P-4" }));
    expect(await references("?status=unmatched")).toContain("P-4");
    expect(await references("?status=disputed")).toEqual(["P-4"]);
    expect(await references("?status=matched")).toEqual(["P-1"]);
    expect(await references("?status=unmatched&source=amazon")).toEqual([]);
  });
});
