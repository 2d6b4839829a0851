import { describe, expect, test } from "vitest";
import type { PlaceOrder } from "../commands.ts";
import type { Invoicing } from "../money_commands.ts";
import { auditMoney, documentsOf } from "../town/audit_money.ts";
import { adjust, buy, cancel, describeSku, MAN, pay, receive, scans, ship, skuOf } from "../town/citizens.ts";
import { credit, refund, settleRefund } from "../town/money_citizens.ts";
import { type Call, Town } from "../town/town.ts";

/** Orders and their series together: what is asked, and the documents that come of it. */

const line = (
  sku: string,
  quantity: number,
  unitPrice: string,
  rest: { taxRate?: string; discount?: string } = {},
) => ({
  sku: skuOf(sku),
  quantity,
  unitPrice,
  discount: "0",
  taxRate: "0.2",
  ...rest,
});
const invoicing = (rest: Partial<Invoicing>): Invoicing => ({
  entity: "main",
  on: "on_shipment",
  flatShipping: "first",
  taxMode: "document",
  ...rest,
});
const shipping = { amount: "4.95", taxRate: "0.2" };

/** A town with stock and one order, to which all this happens. */
function after(order: Partial<PlaceOrder>, ...calls: readonly Call[]): Town {
  const town = new Town();
  town.call(describeSku("POST", { stocked: false }));
  town.call(receive("R1", [["A", 20], ["B", 20]]));
  town.call(receive("R2", [["A", 20]], MAN));
  for (const call of [buy(1, [], order), ...calls]) {
    town.call(call);
    auditMoney(town);
  }
  return town;
}
const told = (town: Town) =>
  documentsOf(town).map(({ number, total, lines }) =>
    [number, total, ...lines.map(({ sku, quantity, net, tax }) => `${sku} ${quantity}: ${net} + ${tax}`)]
      .join(", ")
  );
const reason = (town: Town, call: Call) => {
  const answer = town.call(call);
  return answer?.ok === false ? answer.rejection.reason : "accepted";
};

describe("invoices on shipment", () => {
  const order = { lines: [line("A", 3, "0.03"), line("B", 1, "0.03")], shipping };

  test("say what is in each parcel, shipping on the first, and sum to the order", () =>
    expect(told(after(order, ship(1, [["A", 2]], "1"), ship(1, [["A", 1], ["B", 1]], "2")))).toEqual([
      "INV-2011-000001, 6.01, A 2: 0.06 + 0.01",
      "INV-2011-000002, 0.07, A 1: 0.03 + 0.01, B 1: 0.03 + 0.00",
    ]));

  test("spread shipping over the goods where the seller says so", () => {
    const proRata = { ...order, invoicing: invoicing({ flatShipping: "pro_rata" }) };
    const town = after(proRata, ship(1, [["A", 2]], "1"), ship(1, [["A", 1], ["B", 1]], "2"));
    expect(documentsOf(town).map(({ shipping }) => shipping?.net)).toEqual(["2.48", "2.47"]);
  });

  test("come with the first parcel for services, and on confirmation where there is nothing else", () => {
    const withPost = { lines: [line("A", 1, "1.00"), line("POST", 1, "3.00")] };
    expect(told(after(withPost, ship(1, [["A", 1]])))).toEqual([
      "INV-2011-000001, 4.80, A 1: 1.00 + 0.20, POST 1: 3.00 + 0.60",
    ]);
    expect(told(after({ lines: [line("POST", 1, "3.00")] }))).toEqual([
      "INV-2011-000001, 3.60, POST 1: 3.00 + 0.60",
    ]);
  });

  test("come at once for services whose goods were all cancelled", () => {
    const withPost = { lines: [line("A", 1, "1.00"), line("POST", 1, "3.00")] };
    expect(told(after(withPost, cancel(1, [["A", 1]])))).toEqual([
      "INV-2011-000001, 3.60, POST 1: 3.00 + 0.60",
    ]);
    expect(told(after(withPost, cancel(1)))).toEqual([]);
  });

  test("know nothing of what was cancelled before", () =>
    expect(told(after(order, cancel(1, [["A", 2]]), ship(1, [["A", 1], ["B", 1]])))).toEqual([
      "INV-2011-000001, 6.01, A 1: 0.03 + 0.01, B 1: 0.03 + 0.00",
    ]));
});
describe("the seller's rule", () => {
  const order = { lines: [line("A", 2, "5.00")] };
  test("on confirmation: the whole order at once, and no parcel again", () =>
    expect(told(after({ ...order, invoicing: invoicing({ on: "on_confirm" }) }, ship(1, [["A", 2]]))))
      .toEqual([
        "INV-2011-000001, 12.00, A 2: 10.00 + 2.00",
      ]));
  test("on delivery: when the carrier says so, once", () => {
    const onDelivery = { ...order, invoicing: invoicing({ on: "on_delivery" }) };
    const left = ship(1, [["A", 2]], "s", { trackingNumber: "P1" });
    expect(told(after(onDelivery, left))).toEqual([]);
    expect(told(after(onDelivery, left, scans("P1", [["delivered", 3]]), scans("P1", [["delivered", 4]]))))
      .toEqual(["INV-2011-000001, 12.00, A 2: 10.00 + 2.00"]);
  });
  test("on confirmation: also an order that leaves its hold by a cancellation, or by shipping", () => {
    const onHold = {
      lines: [line("A", 2, "5.00"), line("B", 20, "1.00")],
      payment: "pending" as const,
      invoicing: invoicing({ on: "on_confirm" }),
    };
    const lost = [adjust("S1", [["B", -20]], true), pay(1, "captured")];
    expect(told(after(onHold, ...lost, cancel(1, [["B", 20]])))).toEqual([
      "INV-2011-000001, 12.00, A 2: 10.00 + 2.00",
    ]);
    expect(told(after(onHold, ...lost, ship(1, [["A", 2]]), cancel(1, [["B", 20]])))).toEqual([
      "INV-2011-000001, 36.00, A 2: 10.00 + 2.00, B 20: 20.00 + 4.00",
      "CN-2011-000001, 24.00, B 20: 20.00 + 4.00",
    ]);
  });
  test("another entity numbers its own", () =>
    expect(told(after({ ...order, invoicing: invoicing({ entity: "de" }) }, ship(1, [["A", 2]]))))
      .toEqual(["DE-INV-2011-000001, 12.00, A 2: 10.00 + 2.00"]));
  test("what is invoiced and cancelled then is credited by itself", () => {
    const onConfirm = { ...order, shipping, invoicing: invoicing({ on: "on_confirm" }) };
    expect(told(after(onConfirm, cancel(1, [["A", 1]], "c1"), cancel(1, undefined, "c2")))).toEqual([
      "INV-2011-000001, 17.94, A 2: 10.00 + 2.00",
      "CN-2011-000001, 6.00, A 1: 5.00 + 1.00",
      "CN-2011-000002, 11.94, A 1: 5.00 + 1.00",
    ]);
  });
});

describe("credits", () => {
  const sold = { lines: [line("A", 3, "3.335"), line("B", 1, "2.00", { taxRate: "0" })], shipping };
  const left = ship(1, [["A", 3], ["B", 1]]);

  test("of units take their share, the last one what is left", () => {
    const one = (reference: string) => credit(1, { lines: [["A", 1]] }, reference);
    expect(told(after(sold, left, one("1"), one("2"), one("3"))).slice(1)).toEqual([
      "CN-2011-000001, 4.01, A 1: 3.34 + 0.67",
      "CN-2011-000002, 3.99, A 1: 3.33 + 0.66",
      "CN-2011-000003, 4.01, A 1: 3.34 + 0.67",
    ]);
  });
  test("of an amount are off what is left, tax included, and later units are worth less", () => {
    const town = after(
      sold,
      left,
      credit(1, { lines: [["A", 3]], amount: "6.00" }, "1"),
      credit(1, { lines: [["A", 3]] }, "2"),
    );
    expect(told(town).slice(1)).toEqual([
      "CN-2011-000001, 6.00, A 1: 5.00 + 1.00",
      "CN-2011-000002, 6.01, A 3: 5.01 + 1.00",
    ]);
  });
  test("of an amount say that no units are credited, and these still can be", () => {
    const town = after(sold, left), off = credit(1, { lines: [["A", 3]], amount: "6.00" }, "1");
    expect(town.call(off)).toMatchObject({
      ok: true,
      value: { lines: [{ sku: "A", quantity: 1, units: 0 }] },
    });
    expect(town.call(credit(1, { lines: [["A", 3]] }, "2"))).toMatchObject({
      ok: true,
      value: { total: "6.01", lines: [{ sku: "A", quantity: 3, units: 3 }] },
    });
  });
  test("of all that is left include the shipping", () => {
    const [invoice, note] = documentsOf(after(sold, left, credit(1, {})));
    expect(note).toMatchObject({
      total: invoice!.total,
      net: invoice!.net,
      tax: invoice!.tax,
      shipping: { net: "4.95" },
    });
    expect(note!.corrects).toEqual([{ number: invoice!.number, issuedOn: invoice!.issuedOn }]);
  });
  test("never go beyond what is left, and a refusal stands for its reference", () => {
    const town = after(sold, left, credit(1, { lines: [["A", 2]] }, "1"));
    const tooMuch = credit(1, { lines: [["A", 2]] }, "2");
    expect(town.call(tooMuch)).toMatchObject({
      rejection: { reason: "credit-exceeds-invoice", errors: [{ sku: "A", requested: 2, creditable: 1 }] },
    });
    expect(reason(town, credit(1, { amount: "12.36" }, "3"))).toBe("credit-exceeds-invoice");
    expect(reason(town, credit(1, { amount: "0.001" }, "4"))).toBe("amount-precision");
    expect(reason(town, credit(1, { amount: "0.01" }, "4"))).toBe("accepted");
    expect(reason(town, credit(1, { amount: "1.00" }, "1"))).toBe("idempotency-mismatch");
    expect(town.call(tooMuch)).toMatchObject({ ok: false, replayed: true });
  });
  test("of what was given back before are refused: no number is spent on a note of 0.00", () => {
    const town = after(sold, left, credit(1, { amount: "19.95" }, "all"));
    expect(told(town).slice(1)).toHaveLength(1);
    const units = [credit(1, {}, "1"), credit(1, { lines: [["A", 1]] }, "2")];
    expect(units.map((call) => reason(town, call))).toEqual(units.map(() => "credit-exceeds-invoice"));
    expect(told(town).slice(1)).toHaveLength(1);
  });
  test("of goods that cost nothing, or less than a minor unit each, count their units", () => {
    const free = after({ lines: [line("A", 1, "0")] }, ship(1, [["A", 1]]));
    expect(reason(free, credit(1, {}))).toBe("accepted");
    const cheap = after({ lines: [line("A", 4, "0.004")] }, ship(1, [["A", 4]]));
    const each = ["1", "2", "3", "4"].map((reference) => credit(1, { lines: [["A", 1]] }, reference));
    expect(each.map((call) => reason(cheap, call))).toEqual(each.map(() => "accepted"));
    expect(documentsOf(cheap).map(({ total }) => total)).toEqual(["0.02", "0.01", "0.00", "0.01", "0.00"]);
    expect(reason(cheap, credit(1, { lines: [["A", 1]] }, "5"))).toBe("credit-exceeds-invoice");
  });
  test("name a return of their own order, or none", () => {
    const town = after(sold, left);
    expect(reason(town, credit(1, { returnId: "ret_other" }))).toBe("unknown-return");
    expect(reason(town, credit(1, {}))).toBe("accepted");
  });
  test("need an invoice", () =>
    expect(reason(after(sold), credit(1, { lines: [["A", 1]] }))).toBe("nothing-invoiced"));
  test("that name their line come first, wherever they stand", () => {
    const twice = { lines: [line("A", 1, "1.00"), line("A", 1, "2.00")] };
    const town = after(twice, ship(1, [["A", 2]]));
    const asked = credit(1, { lines: [["A", 1], ["A", 1]] });
    const lines = [{ sku: "A", quantity: 1 }, { sku: "A", quantity: 1, line: 1 }];
    expect(reason(town, { ...asked, command: Object.assign({}, asked.command, { lines }) })).toBe("accepted");
  });
  test("of one line among several of the SKU", () => {
    const twice = { lines: [line("A", 1, "1.00"), line("A", 1, "2.00")] };
    const second = credit(1, { line: 2, lines: [["A", 1]] });
    expect(told(after(twice, ship(1, [["A", 2]]), second)).slice(1)).toEqual([
      "CN-2011-000001, 2.40, A 1: 2.00 + 0.40",
    ]);
  });
});

describe("refunds", () => {
  const sold = { lines: [line("A", 1, "10.00")] };
  test("are never more than was captured, failed ones aside", () => {
    const town = after(sold, refund(1, "8.00", "1"));
    expect(reason(town, refund(1, "4.01", "2"))).toBe("refund-exceeds-captured");
    expect(town.call(settleRefund(1, "failed", "1"))).toMatchObject({
      ok: true,
      value: { status: "failed" },
    });
    expect(reason(town, refund(1, "12.00", "3"))).toBe("accepted");
    expect(reason(town, settleRefund(1, "succeeded", "1"))).toBe("refund-settled");
    expect(reason(town, settleRefund(1, "succeeded", "9"))).toBe("unknown-refund");
    expect(town.call(refund(1, "8.00", "1"))).toMatchObject({ replayed: true, value: { status: "pending" } });
  });
  test("of an order that is not paid find nothing", () =>
    expect(reason(after({ ...sold, payment: "pending" }), refund(1, "0.01"))).toBe(
      "refund-exceeds-captured",
    ));
});
