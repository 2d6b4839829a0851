import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { auditMoney, documentsOf } from "../town/audit_money.ts";
import { buy, receive, ship, skuOf } from "../town/citizens.ts";
import { credit } from "../town/money_citizens.ts";
import { comeBack, endReturn, grade, returnOf, sendBack } from "../town/return_calls.ts";
import { type Call, Town } from "../town/town.ts";

/** 10 of A at 1.00 in two lines, 2 of C at 5.00, and the shipping, all of it invoiced. */
const RET = returnOf(1);
function shop(...calls: readonly Call[]): Town {
  const line = (sku: string, quantity: number, unitPrice: string) => (
    { sku: skuOf(sku), quantity, unitPrice, discount: "0", taxRate: "0" }
  );
  const town = new Town(), sold = [line("A", 6, "1.00"), line("C", 2, "5.00"), line("A", 4, "1.00")];
  const placed = buy(1, [], { lines: sold, shipping: { amount: "4.00", taxRate: "0" } });
  const before = [receive("R1", [["A", 10], ["C", 2]]), placed, ship(1, [["A", 10], ["C", 2]])];
  for (const call of [...before, ...calls]) {
    expect(town.call(call)).toMatchObject({ ok: true });
    auditMoney(town);
  }
  return town;
}
const notes = (town: Town) =>
  documentsOf(town).slice(1).map(({ total, lines, shipping }) =>
    [total, ...lines.map(({ sku, quantity }) => `${sku} ${quantity}`), ...(shipping ? ["shipping"] : [])]
      .join()
  );
let asked = 0;
const forReturn = (what: Parameters<typeof credit>[1]) =>
  credit(1, { returnId: RET, ...what }, `cr${++asked}`);
const tooMuch = (...errors: readonly object[]) => ({
  ok: false,
  rejection: { reason: "credit-exceeds-invoice", ...(errors.length > 0 && { errors }) },
});

describe("a credit that names a return", () => {
  test("and nothing else is of all that the return holds, once, and of no shipping", () => {
    const town = shop(sendBack(1, [["A", 1], ["C", 1]]), forReturn({}));
    expect(notes(town)).toEqual(["6.00,A 1,C 1"]);
    expect(town.call(forReturn({}))).toMatchObject(tooMuch());
    expect(notes(town)).toHaveLength(1);
  });

  test("is refused where its lines are others, or more, than the return holds", () => {
    const town = shop(sendBack(1, [["A", 1]]));
    expect(town.call(forReturn({ lines: [["A", 1], ["C", 2]] }))).toMatchObject(
      tooMuch({ pointer: "/lines/1/quantity", sku: "C", requested: 2, creditable: 0 }),
    );
    expect(town.call(forReturn({ lines: [["A", 1], ["A", 1]] }))).toMatchObject(
      tooMuch({ pointer: "/lines/1/quantity", requested: 1, creditable: 0 }),
    );
    expect(notes(town)).toEqual([]);
    expect(town.call(forReturn({ lines: [["A", 1]], line: 3 }))).toMatchObject({ ok: true });
    expect(town.call(forReturn({ lines: [["A", 1]] }))).toMatchObject(tooMuch({ creditable: 0 }));
    expect(town.call(credit(1, { lines: [["A", 1]] }))).toMatchObject({ ok: true });
  });

  test("is of what came, once the return has ended", () => {
    const gone = shop(sendBack(1, [["A", 2]]), endReturn(RET, "cancel"));
    expect(gone.call(forReturn({}))).toMatchObject(tooMuch());
    expect(gone.call(forReturn({ lines: [["A", 1]] }))).toMatchObject(tooMuch({ creditable: 0 }));
    const came = [sendBack(1, [["A", 3]]), comeBack(RET, [["A", 1]]), grade(RET, [["A", 1, "A", "restock"]])];
    const part = shop(...came, endReturn(RET, "settle"), forReturn({}));
    expect(notes(part)).toEqual(["1.00,A 1"]);
    expect(shop(...came).call(forReturn({ lines: [["A", 3]] }))).toMatchObject({ ok: true });
  });

  test("leaves out what is credited without it", () => {
    const town = shop(sendBack(1, [["C", 2]]), credit(1, { lines: [["C", 1]] }), forReturn({}));
    expect(notes(town)).toEqual(["5.00,C 1", "5.00,C 1"]);
  });

  test("and an amount is no more than those units are worth, and is what they get", () => {
    const town = shop(sendBack(1, [["A", 2]]));
    expect(town.call(forReturn({ amount: "2.01" }))).toMatchObject(tooMuch());
    expect(town.call(forReturn({ lines: [["A", 1]], amount: "1.01" }))).toMatchObject(tooMuch());
    expect(town.call(forReturn({ lines: [["A", 1]], amount: "0.60" }))).toMatchObject({ ok: true });
    expect(town.call(forReturn({ lines: [["A", 2]] }))).toMatchObject(tooMuch({ creditable: 1 }));
    expect(town.call(forReturn({ amount: "0.50" }))).toMatchObject({ ok: true });
    expect(town.call(forReturn({ amount: "0.01" }))).toMatchObject(tooMuch());
    expect(notes(town)).toEqual(["0.60,A 1", "0.50,A 1"]);
  });
});

test("whatever an amount for a return is: documents add up, and the rest is credited to the last minor unit", () => {
  const price = fc.integer({ min: 1, max: 999 }).map((pence) => (pence / 100).toFixed(2));
  const rate = fc.constantFrom("0", "0.07", "0.19", "0.2");
  fc.assert(
    fc.property(
      price,
      rate,
      fc.boolean(),
      fc.integer({ min: 1, max: 3000 }),
      (unitPrice, taxRate, pricesIncludeTax, off) => {
        const town = new Town(),
          lines = ["A", "B"].map((sku, i) => ({
            ...{ sku: skuOf(sku), quantity: 3 + i, unitPrice, discount: "0", taxRate },
          }));
        const before = [receive("R1", [["A", 3], ["B", 4]]), buy(1, [], { lines, pricesIncludeTax })];
        for (
          const call of [...before, ship(1, [["A", 3], ["B", 4]]), sendBack(1, [["A", 1], ["B", 2]])]
        ) town.call(call);
        const amount = (off / 100).toFixed(2), told = town.call(credit(1, { returnId: RET, amount }, "off"));
        auditMoney(town);
        const [invoice, note] = documentsOf(town);
        expect(note?.total).toBe(told?.ok ? amount : undefined);
        // Three of seven units: no more than that is theirs, but for what was rounded.
        if (told?.ok) expect(Number(amount) * 7).toBeLessThanOrEqual(Number(invoice!.total) * 3 + 0.21);
        town.call(credit(1, {}, "rest"));
        auditMoney(town);
        const notes = documentsOf(town).slice(1).reduce(
          (sum, { total }) => sum + Math.round(Number(total) * 100),
          0,
        );
        expect(notes).toBe(Math.round(Number(invoice!.total) * 100));
      },
    ),
    { numRuns: 60 },
  );
});
