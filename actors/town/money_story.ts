import fc from "fast-check";
import type { PlaceOrder } from "../commands.ts";
import type { Invoicing } from "../money_commands.ts";
import { exponentOf } from "../money/currency.ts";
import { formatMinor } from "../money/decimal.ts";
import { buy, cancel, MAN, receive, scans, ship, skuOf, startMs } from "./citizens.ts";
import { credit, refund } from "./money_citizens.ts";
import type { Call } from "./town.ts";

/** An order with awkward prices, shipped in parts, cancelled, credited and refunded in any order. */
const currency = fc.constantFrom("GBP", "GBP", "JPY", "KWD", "CLF");
const rate = fc.constantFrom("0", "0.05", "0.07", "0.19", "0.2", "0.20", "0.255");
const price = fc.bigInt(0n, 30_000_000n).map((millionths) => formatMinor(millionths, 6));
const sku = fc.constantFrom("A", "B", "C", "POST");

const line = fc.record({
  sku: sku.map(skuOf),
  quantity: fc.integer({ min: 1, max: 7 }),
  unitPrice: price,
  discount: fc.constantFrom("0", "0", "0.01", "0.999"),
  taxRate: rate,
}).map((row) =>
  Number(row.discount) > row.quantity * Number(row.unitPrice) ? { ...row, discount: "0" } : row
);

const invoicing: fc.Arbitrary<Invoicing> = fc.record({
  entity: fc.constantFrom("main", "de"),
  on: fc.constantFrom("on_shipment", "on_confirm", "on_delivery"),
  flatShipping: fc.constantFrom("first", "pro_rata"),
  taxMode: fc.constantFrom("document", "document", "per_line"),
});
const terms: fc.Arbitrary<Partial<PlaceOrder>> = fc.record({
  currency,
  lines: fc.array(line, { minLength: 1, maxLength: 5 }),
  pricesIncludeTax: fc.boolean(),
  invoicing,
  shipping: fc.record({ amount: price, taxRate: rate }),
  stockPolicy: fc.constantFrom("reject", "ship_available"),
});

const lines = fc.array(fc.tuple(sku, fc.integer({ min: 1, max: 4 })), { minLength: 1, maxLength: 2 });
const reference = fc.uuid();
const happening = (places: number): fc.Arbitrary<Call> => {
  const amount = fc.bigInt(1n, 9_000n).map((minor) => formatMinor(minor, places));
  return fc.oneof(
    {
      weight: 6,
      arbitrary: fc.tuple(lines, reference, fc.constantFrom("P1", "P2")).map(([of, ref, trackingNumber]) =>
        ship(1, of, ref, { trackingNumber })
      ),
    },
    { weight: 1, arbitrary: fc.constantFrom("P1", "P2").map((parcel) => scans(parcel, [["delivered", 9]])) },
    {
      weight: 3,
      arbitrary: fc.tuple(fc.option(lines, { nil: undefined, freq: 4 }), reference).map(([of, ref]) =>
        cancel(1, of, ref)
      ),
    },
    { weight: 4, arbitrary: fc.tuple(lines, reference).map(([of, ref]) => credit(1, { lines: of }, ref)) },
    { weight: 3, arbitrary: fc.tuple(amount, reference).map(([of, ref]) => credit(1, { amount: of }, ref)) },
    {
      weight: 2,
      arbitrary: fc.tuple(lines, amount, reference).map(([of, amount, ref]) =>
        credit(1, { lines: of, amount }, ref)
      ),
    },
    { weight: 1, arbitrary: reference.map((ref) => credit(1, {}, ref)) },
    { weight: 2, arbitrary: fc.tuple(amount, reference).map(([of, ref]) => refund(1, of, ref)) },
  );
};

export const moneyStory: fc.Arbitrary<readonly Call[]> = terms.chain((terms) =>
  fc.array(happening(exponentOf(terms.currency!)), { minLength: 1, maxLength: 25, size: "max" }).map((
    calls,
  ) => [
    receive("R1", [["A", 12], ["B", 9], ["C", 8]]),
    receive("R2", [["A", 4]], MAN),
    buy(1, [], terms),
    ...calls.map((call) => ({ ...call, atMs: startMs })),
  ])
);
