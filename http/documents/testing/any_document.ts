import fc from "fast-check";
import { formatMinor } from "../../../actors/money/decimal.ts";
import type { TaxCategory } from "../../../actors/series/document.ts";
import { buyer, creditNote, germanSeller, type Sample, seller, viewOf } from "./samples.ts";
import type { DocumentView } from "../view.ts";

const price = fc.bigInt(0n, 10n ** 10n).map((millionths) => formatMinor(millionths, 6));
const cents = fc.bigInt(0n, 10n ** 6n).map((minor) => formatMinor(minor, 2));
/** Text as the API takes it: any characters but controls other than breaks and tabs. */
const text = fc.string({ unit: "grapheme", maxLength: 60 }).map((one) =>
  one.replace(/(?![\n\r\t])\p{Cc}/gu, "x")
);

const taxed = fc.constantFrom<{ taxRate: string; taxCategory: TaxCategory }>(
  { taxRate: "0.2", taxCategory: "S" },
  { taxRate: "0.20", taxCategory: "S" },
  { taxRate: "0.19", taxCategory: "S" },
  { taxRate: "0.055", taxCategory: "S" },
  { taxRate: "0.076255", taxCategory: "S" },
  { taxRate: "0", taxCategory: "Z" },
  { taxRate: "0", taxCategory: "E" },
  { taxRate: "0", taxCategory: "G" },
);
const outside = { taxRate: "0", taxCategory: "O" } as const;

const sample = fc.record({
  currency: fc.constantFrom("EUR", "GBP", "JPY", "CHF"),
  pricesIncludeTax: fc.boolean(),
  lines: fc.array(
    fc.record({
      quantity: fc.integer({ min: 1, max: 1_000_000 }),
      unitPrice: price,
      description: text,
      taxed,
    }),
    { minLength: 1, maxLength: 12 },
  ),
  shipping: fc.option(fc.record({ amount: cents, service: text, taxed }), { nil: undefined }),
  isOutside: fc.nat(9).map((one) => one === 0),
  isCredit: fc.boolean(),
  paid: fc.constantFrom("all", "nothing"),
});

/** Any document that EN 16931 can express; amounts come from the arithmetic that orders use. */
export const anyDocument: fc.Arbitrary<DocumentView> = fc.record({
  sample,
  seller: fc.constantFrom(seller, germanSeller),
  buyer: fc.constantFrom(
    buyer,
    { ...buyer, id: "0088:7300010000001" },
    { ...buyer, email: undefined },
    undefined,
  ),
  language: fc.constantFrom("en", "de", "fr", "es"),
}).map(({ sample, buyer, ...rest }) => {
  const { lines, shipping, isOutside, isCredit, paid, ...others } = sample;
  const categoryOf = <T extends { taxed: object }>({ taxed, ...one }: T) => ({
    ...one,
    ...(isOutside ? outside : taxed),
  });
  const drafted: Sample = {
    ...others,
    lines: lines.map(categoryOf),
    ...(shipping && { shipping: categoryOf(shipping) }),
    ...(paid === "nothing" && { paid: "0" }),
    ...(isCredit && { document: creditNote }),
  } as Sample;
  const view = viewOf(drafted, rest);
  const { buyer: _, ...unnamed } = view;
  return buyer === undefined ? unnamed : { ...unnamed, buyer: buyer as NonNullable<DocumentView["buyer"]> };
});
