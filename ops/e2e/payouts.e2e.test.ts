import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { orderAnswer } from "../../http/schemas/answers.ts";
import { payoutAnswer, payoutSummary } from "../../http/schemas/payout.ts";
import { expectOneTruth } from "./books.ts";
import type { Answer } from "./caller.ts";
import { eachOf, expectProblem, orderOf, receive, tally } from "./orders.ts";
import { newSystem, type System } from "./system.ts";

const page = z.object({ items: z.array(payoutSummary) });

let system: System;
beforeAll(async () => {
  system = await newSystem();
  await system.start();
  await receive(system, { A: 60 });
});
afterAll(() => system?.remove());

/** What each order comes to. */
const total = "3.06";
async function placed(number: string): Promise<string> {
  const { body } = await system.post("/v1/orders", orderOf(number, "A"));
  expect(orderAnswer.parse(body).total).toBe(total);
  return orderAnswer.parse(body).orderId;
}
const paid = (orderNumber: string, reference = `pay-${orderNumber}`, amount = total) => ({
  ...{ type: "payment", amount, orderNumber, reference },
});
const statement = (reference: string, ...lines: readonly object[]) => ({
  ...{ source: "web", reference, currency: "GBP", lines },
});
const parsed = ({ body, text, status }: Answer, wanted: number) => {
  expect(status, text).toBe(wanted);
  return payoutAnswer.parse(body);
};
const rematch = (id: string, key: string) =>
  system.post(`/v1/payouts/${id}/match`, undefined, { headers: { "idempotency-key": key } });

describe("payouts", () => {
  test("are matched with orders, and say of every line by how much it differs", async () => {
    const orderId = await placed("P-1");
    await placed("P-2");
    const fee = { type: "fee", amount: "-0.30", reference: "fee-1" };
    const body = statement("S-1", paid("P-1"), paid("P-2", "pay-2", "3.00"), paid("P-404"), fee);
    const payout = parsed(await system.post("/v1/payouts", body), 201);
    expect(payout).toMatchObject({
      totals: { gross: "9.12", fees: "-0.30", net: "8.82" },
      ...{ matched: [1, 2, 4], unmatched: [3], disputed: [] },
      differences: [{ line: 2, difference: "-0.06" }, { line: 3, difference: "3.06" }],
      lines: [{ orderId }, {}, {}, {}],
    });
    expect(parsed(await system.get(`/v1/payouts/${payout.payoutId}`), 200)).toEqual(payout);
    const again = await system.post("/v1/payouts", body);
    expect([again.headers.get("idempotent-replayed"), again.body]).toEqual(["true", payout]);
    const repeated = await system.post("/v1/payouts", statement("S-1b", fee));
    expectProblem(repeated, 409, "statement-line-known");
    expect(repeated.text).toContain(payout.payoutId);
  });

  test("come as CSV, and go as CSV", async () => {
    const raw = "type,amount,orderNumber,reference\nfee,-1.10,,fee-csv\nadjustment,0.10,,adj-csv\n";
    const query = "source=web&reference=S-2&currency=GBP";
    const headers = { "content-type": "text/csv" };
    const told = await system.post(`/v1/payouts?${query}`, undefined, { raw, headers });
    const { payoutId, totals } = parsed(told, 201);
    expect(totals).toMatchObject({ fees: "-1.10", adjustments: "0.10", net: "-1.00" });
    const { text } = await system.get(`/v1/payouts/${payoutId}`, { headers: { accept: "text/csv" } });
    const amounts = text.trimEnd().split("\r\n").slice(1).map((row) => row.split(",").slice(6, 8).join(" "));
    expect(amounts).toEqual(["fee -1.10", "adjustment 0.10", "net -1.00"]);
  });

  test("are matched again when more is known", async () => {
    const { payoutId, unmatched } = parsed(
      await system.post("/v1/payouts", statement("S-3", paid("P-late"))),
      201,
    );
    expect(unmatched).toEqual([1]);
    const orderId = await placed("P-late");
    expect(parsed(await rematch(payoutId, "m1"), 200)).toMatchObject({
      status: "matched",
      lines: [{ orderId }],
    });
    const list = page.parse((await system.get("/v1/payouts?status=unmatched")).body).items;
    expect(list.map(({ payoutId }) => payoutId)).not.toContain(payoutId);
  });

  test("raced by many callers with one line are taken, and the line is disputed in all but one", async () => {
    await placed("P-race");
    const bodies = Array.from({ length: 8 }, (_, i) => statement(`R-${i}`, paid("P-race")));
    const answers = await eachOf(bodies, 8, (body) => system.post("/v1/payouts", body));
    const { 201: taken = 0, 409: refused = 0 } = tally(answers);
    expect([taken + refused, taken >= 1]).toEqual([8, true]);
    const ids = answers.flatMap(({ status, body }) =>
      status === 201 ? [payoutAnswer.parse(body).payoutId] : []
    );
    const states = await eachOf(ids, 1, async (id) => parsed(await rematch(id, `race-${id}`), 200).status);
    expect(states.toSorted()).toEqual([...ids.slice(1).map(() => "disputed"), "matched"]);
  });

  test("are what the log says, after all", async () => {
    await expectOneTruth(system);
  });
});
