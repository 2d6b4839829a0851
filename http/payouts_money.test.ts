import { afterEach, beforeEach, expect, test } from "vitest";
import { actorId, type OrderId } from "../actors/ids.ts";
import { paid, payoutWords, statement, stocked } from "./testing/payouts.ts";
import { openTown, type Town } from "./testing/town.ts";

let town: Town, post: ReturnType<typeof payoutWords>["post"], order: ReturnType<typeof payoutWords>["order"];
beforeEach(async () => {
  town = await openTown();
  ({ post, order } = payoutWords(town));
  await stocked(town);
});
afterEach(() => town.close());

/** An order that is shipped, and invoiced by that. */
async function invoiced(number: string): Promise<OrderId> {
  const orderId = await order(number) as OrderId;
  const parcel = { reference: number, location: "LON1", carrier: "ups", trackingNumber: number };
  const lines = [{ sku: "A", quantity: 1 }];
  expect((await town.call("POST", `/v1/orders/${orderId}/shipments`, { ...parcel, lines })).status).toBe(201);
  return orderId;
}
async function ask(id: OrderId, command: { readonly type: string }): Promise<void> {
  const asked = await town.ask({ to: actorId("order", id), command, patienceMs: 60_000 });
  expect(asked).toMatchObject({ kind: "answered", answer: { ok: true } });
  await town.settled();
}
const credit = (amount: string, reference: string) => ({
  ...{ type: "credit", reference, reason: "goodwill", amount, by: "key", fingerprint: reference },
});
const refund = (amount: string, reference: string) => ({
  ...{ type: "refund", refund: `rfn_${reference}`, reference, amount, method: "card", by: "key" },
  fingerprint: reference,
});
const back = (number: string, amount: string, reference: string) => ({
  ...{ type: "refund", amount, orderNumber: number, reference },
});
const documentOf = (kind: string) => expect.stringMatching(new RegExp(`^${kind}-\\d{4}-00000\\d$`));

test("lines are matched with the order's invoice, its refunds and its credit notes", async () => {
  const id = await invoiced("1");
  await ask(id, credit("0.70", "C-1"));
  await ask(id, credit("1.00", "C-2"));
  await ask(id, refund("1.00", "R-1"));
  const lines = [
    paid("1"),
    back("1", "-1.00", "R-1"),
    back("1", "-0.70", "psp-9"),
    back("1", "-0.50", "psp-10"),
  ];
  const { body } = await post(statement(lines));
  expect(body.lines).toEqual([
    { line: 1, ...lines[0], state: "matched", orderId: id, invoices: [documentOf("INV")] },
    { line: 2, ...lines[1], state: "matched", orderId: id, refundId: "rfn_R-1" },
    { line: 3, ...lines[2], state: "matched", orderId: id, creditNote: documentOf("CN") },
    {
      ...{ line: 4, ...lines[3], state: "unmatched", orderId: id },
      ...{ reason: "unknown-refund", difference: "-0.50" },
    },
  ]);
});

test("a refund or credit note that an earlier payout has is not taken again", async () => {
  const id = await invoiced("1");
  await ask(id, credit("0.70", "C-1"));
  await ask(id, credit("1.00", "C-2"));
  await ask(id, refund("1.00", "R-1"));
  const { body: { payoutId } } = await post(
    statement([back("1", "-1.00", "R-1"), back("1", "-0.70", "psp-9")]),
  );
  const again = [back("1", "-1.00", "other"), back("1", "-0.70", "psp-11")];
  const { body } = await post(statement(again, { reference: "P-2" }));
  const disputed = { state: "disputed", reason: "refunded-before", payoutId };
  expect(body.lines).toMatchObject([disputed, disputed]);
});

test("what is paid back beyond the refund of a credit is disputed, in one payout or in two", async () => {
  const id = await invoiced("1");
  await ask(id, credit("1.20", "C-1"));
  await ask(id, refund("1.20", "R-1"));
  const disputed = { state: "disputed", reason: "refunded-before", difference: "-1.20" };
  const both = await post(statement([back("1", "-1.20", "psp-1"), back("1", "-1.20", "psp-2")]));
  expect(both.body).toMatchObject({ status: "disputed", matched: [1], disputed: [2] });
  const again = await post(statement([back("1", "-1.20", "psp-3")], { reference: "P-2" }));
  expect(again.body.lines).toMatchObject([{ ...disputed, payoutId: both.body.payoutId }]);
});

test("of two refunds of one credit note, the payout of one says nothing of the other", async () => {
  const id = await invoiced("1");
  await ask(id, credit("2.00", "C-1"));
  const invoices = await town.call("GET", `/v1/orders/${id}/invoices`);
  const items = invoices.body.items as { readonly type: string; readonly number: string }[];
  const creditNote = items.find(({ type }) => type === "credit_note")?.number;
  for (const reference of ["R-1", "R-2"]) {
    await ask(id, { ...refund("1.00", reference), creditNote } as { readonly type: string });
  }
  const first = await post(statement([back("1", "-1.00", "R-1")]));
  expect(first.body.lines).toMatchObject([{ state: "matched", refundId: "rfn_R-1", creditNote }]);
  const second = await post(statement([back("1", "-1.00", "R-2")], { reference: "P-2" }));
  expect(second.body.lines).toMatchObject([{ state: "matched", refundId: "rfn_R-2", creditNote }]);
});

test("a refund that failed is a difference, and one asked for later is found by another look", async () => {
  const id = await invoiced("1");
  await ask(id, refund("1.00", "R-1"));
  await ask(
    id,
    { type: "refund.settle", refund: "rfn_R-1", status: "failed", by: "key" } as { type: string },
  );
  const lines = [back("1", "-1.00", "R-1"), back("1", "-2.00", "R-2")];
  const { body } = await post(statement(lines));
  expect(body.lines).toMatchObject([
    { state: "matched_with_diff", reason: "refund-failed", difference: "-1.00" },
    { state: "unmatched", reason: "unknown-refund" },
  ]);
  await ask(id, refund("2.00", "R-2"));
  const headers = { "idempotency-key": "k1" };
  const looked = await town.call("POST", `/v1/payouts/${body.payoutId}/match`, undefined, headers);
  expect(looked.body.lines?.[1]).toMatchObject({ state: "matched", refundId: "rfn_R-2" });
});

test("lines of a payment provider that knows no order numbers are found by its own references", async () => {
  const lines = [{ sku: "A", quantity: 1, unitPrice: "2.50", taxRate: "0.20" }];
  const pending = { channel: "web", orderNumber: "1", currency: "GBP", lines, payment: "pending" };
  const { body: { orderId } } = await town.call("POST", "/v1/orders", pending);
  await town.call("POST", `/v1/orders/${orderId}/payment`, { status: "captured", reference: "ch_1" });
  const id = await invoiced("2");
  await ask(id, refund("1.00", "re_1"));
  const charge = { type: "payment", amount: "3.00", reference: "ch_1" };
  const returned = { type: "refund", amount: "-1.00", reference: "re_1" };
  const { body } = await post(
    statement([charge, returned, { ...charge, reference: "ch_2" }], { source: "stripe" }),
  );
  expect(body.lines).toMatchObject([
    { state: "matched", orderId },
    { state: "matched", orderId: id, refundId: "rfn_re_1" },
    { state: "unmatched", reason: "no-order-number" },
  ]);
});

test("however many channels share a reference, a line finds the order of its own", async () => {
  const lines = [{ sku: "A", quantity: 1, unitPrice: "2.50", taxRate: "0.20" }];
  const channels = ["ch1", "ch2", "ch3", "ch4"], ids: (string | undefined)[] = [];
  for (const channel of channels) {
    const pending = { channel, orderNumber: "1", currency: "GBP", lines, payment: "pending" };
    const { body: { orderId } } = await town.call("POST", "/v1/orders", pending);
    await town.call("POST", `/v1/orders/${orderId}/payment`, { status: "captured", reference: "shared" });
    ids.push(orderId);
  }
  await town.settled();
  const charge = { type: "payment", amount: "3.00", reference: "shared" };
  for (const [index, channel] of channels.entries()) {
    const { body } = await post(statement([{ ...charge, channel }], { source: `psp-${channel}` }));
    expect(body.lines).toMatchObject([{ state: "matched", orderId: ids[index] }]);
  }
  const { body } = await post(statement([charge], { source: "psp" }));
  expect(body.lines).toMatchObject([{ state: "unmatched", reason: "ambiguous-order" }]);
});
