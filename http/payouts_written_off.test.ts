import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fee, paid, payoutWords, statement, stocked } from "./testing/payouts.ts";
import { openTown, type Town } from "./testing/town.ts";

let town: Town, post: ReturnType<typeof payoutWords>["post"], order: ReturnType<typeof payoutWords>["order"];
beforeEach(async () => {
  town = await openTown();
  ({ post, order } = payoutWords(town));
  await stocked(town);
});
afterEach(() => town.close());

describe("POST /v1/payouts/{payoutId}/lines/{line}/write-off", () => {
  const reason = "Too little to go on asking.";
  const writeOff = (id: string | undefined, line: number | string, body: unknown = { reason }, key = "all") =>
    town.call("POST", `/v1/payouts/${id}/lines/${line}/write-off`, body, { authorization: `Bearer ${key}` });

  test("ends what a line differs by, once, in totals and lists", async () => {
    await order("1");
    const { body: { payoutId } } = await post(statement([paid("1", "pay-1", "2.70"), paid("9"), fee]));
    const first = await writeOff(payoutId, 1);
    expect(first).toMatchObject({
      status: 201,
      body: { payoutId, line: 1, was: "matched_with_diff", amount: "-0.30", currency: "GBP", reason },
    });
    const again = await writeOff(payoutId, 1);
    expect([again.status, again.headers.get("idempotent-replayed")]).toEqual([201, "true"]);
    expect(again.body).toEqual(first.body);
    expect(await writeOff(payoutId, 1, { reason: "another" })).toMatchObject({
      status: 422,
      body: { type: "/problems/idempotency-mismatch" },
    });
    expect((await writeOff(payoutId, 2)).status).toBe(201);
    const { body } = await town.call("GET", `/v1/payouts/${payoutId}`);
    expect(body).toMatchObject({
      ...{ status: "written_off", writtenOff: [1, 2], matched: [3], unmatched: [], differences: [] },
      totals: { net: "5.35", writtenOff: "2.70" },
    });
    const { body: { items } } = await town.call("GET", "/v1/payouts?status=written_off");
    expect(items).toMatchObject([{ payoutId, totals: { writtenOff: "2.70" } }]);
  });

  test("lets nobody expect the rest of its order any more", async () => {
    await order("1");
    const { body: { payoutId } } = await post(statement([paid("1", "pay-1", "2.70")]));
    expect((await writeOff(payoutId, 1)).status).toBe(201);
    const { body } = await post(statement([paid("1", "pay-2", "0.30")], { reference: "P-2" }));
    expect(body.lines).toMatchObject([{ state: "disputed", reason: "paid-before", payoutId }]);
  });

  test("says what cannot be written off", async () => {
    await order("1");
    const { body: { payoutId } } = await post(statement([paid("1"), paid("9")]));
    const problemOf = async (...asked: Parameters<typeof writeOff>) => {
      const { status, body } = await writeOff(...asked);
      return [status, body.type?.replace("/problems/", "")];
    };
    expect(await problemOf(payoutId, 1)).toEqual([409, "payout-line-matched"]);
    for (const line of [0, 3, "x", "1e0"]) {
      expect(await problemOf(payoutId, line), String(line)).toEqual([404, "unknown-payout-line"]);
    }
    expect(await problemOf(`po_${"0".repeat(26)}`, 1)).toEqual([404, "unknown-payout"]);
    expect(await problemOf(payoutId, 2, { reason }, "shop")).toEqual([404, "unknown-payout"]);
    expect(await problemOf(payoutId, 2, { reason }, "reader")).toEqual([403, "forbidden"]);
    expect((await writeOff(payoutId, 2, {})).status).toBe(422);
  });
});
