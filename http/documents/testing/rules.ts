import { decimalUnit, parseDecimal } from "../../../actors/money/decimal.ts";
import { divideRounded } from "../../../actors/money/rounding.ts";
import { amountAt, at, type Element, parseUbl, textAt } from "./ubl.ts";

/**
 * The arithmetic of EN 16931-1:2017, 6.4, over a UBL invoice or credit note: the names of the rules that it breaks. BR-CO-17, and with it
 * BR-S-9, within one minor unit (DOMAIN 7.4).
 */
export function brokenRules(xml: string): string[] {
  const invoice = parseUbl(xml);
  return rules.filter(([, holds]) => !holds(invoice)).map(([name]) => name);
}

type Rule = readonly [name: string, holds: (invoice: Element) => boolean];

const lines = (invoice: Element) => [...at(invoice, "InvoiceLine"), ...at(invoice, "CreditNoteLine")];
const charges = (invoice: Element) => at(invoice, "AllowanceCharge");
const taxes = (invoice: Element) => at(invoice, "TaxTotal", "TaxSubtotal");
const total = (invoice: Element, name: string) => amountAt(invoice, "LegalMonetaryTotal", name);
const sum = (elements: readonly Element[], ...path: readonly string[]) =>
  elements.reduce((all, element) => all + amountAt(element, ...path), 0n);
const isCharge = (element: Element) => textAt(element, "ChargeIndicator") === "true";
const quantityOf = (line: Element) => amountAt(line, "InvoicedQuantity") + amountAt(line, "CreditedQuantity");
const lineCategory = ["Item", "ClassifiedTaxCategory"];

const totals: readonly Rule[] = [
  ["BR-16", (invoice) => lines(invoice).length > 0],
  ["BR-CO-4", (invoice) => lines(invoice).every((line) => textAt(line, ...lineCategory, "ID") !== undefined)],
  [
    "BR-CO-10",
    (invoice) => total(invoice, "LineExtensionAmount") === sum(lines(invoice), "LineExtensionAmount"),
  ],
  ["BR-CO-11", (invoice) =>
    total(invoice, "AllowanceTotalAmount") ===
      sum(charges(invoice).filter((one) => !isCharge(one)), "Amount")],
  [
    "BR-CO-12",
    (invoice) => total(invoice, "ChargeTotalAmount") === sum(charges(invoice).filter(isCharge), "Amount"),
  ],
  ["BR-CO-13", (invoice) =>
    total(invoice, "TaxExclusiveAmount") ===
      total(invoice, "LineExtensionAmount") - total(invoice, "AllowanceTotalAmount") +
        total(invoice, "ChargeTotalAmount")],
  ["BR-CO-14", (invoice) => amountAt(invoice, "TaxTotal", "TaxAmount") === sum(taxes(invoice), "TaxAmount")],
  ["BR-CO-15", (invoice) =>
    total(invoice, "TaxInclusiveAmount") ===
      total(invoice, "TaxExclusiveAmount") + amountAt(invoice, "TaxTotal", "TaxAmount")],
  ["BR-CO-16", (invoice) =>
    total(invoice, "PayableAmount") ===
      total(invoice, "TaxInclusiveAmount") - total(invoice, "PrepaidAmount") +
        total(invoice, "PayableRoundingAmount")],
  ["BR-CO-17", (invoice) => taxes(invoice).every(nearlyRateTimesBase)],
  ["BR-CO-18", (invoice) => taxes(invoice).length > 0],
  [
    "BR-CO-25",
    (invoice) =>
      total(invoice, "PayableAmount") <= 0n || textAt(invoice, "DueDate") !== undefined ||
      textAt(invoice, "PaymentTerms", "Note") !== undefined,
  ],
  ["BR-27", (invoice) => lines(invoice).every((line) => amountAt(line, "Price", "PriceAmount") >= 0n)],
  // Not one of the norm's numbers but what BT-131 is defined as; Peppol R120.
  [
    "BT-131",
    (invoice) =>
      lines(invoice).every((line) =>
        amountAt(line, "LineExtensionAmount") * amountAt(line, "Price", "BaseQuantity") ===
          amountAt(line, "Price", "PriceAmount") * quantityOf(line)
      ),
  ],
];

/** What an identifier's prefix must be: that of its country (BR-CO-9). */
const vatPrefix: Rule = [
  "BR-CO-9",
  (invoice) =>
    ["AccountingSupplierParty", "AccountingCustomerParty"].flatMap((party) =>
      at(invoice, party, "Party", "PartyTaxScheme")
    )
      .filter((scheme) => textAt(scheme, "TaxScheme", "ID") === "VAT")
      .every((scheme) => /^[A-Z]{2}/.test(textAt(scheme, "CompanyID") ?? "")),
];

/** A tax point is a day or a rule to find it, not both (BR-CO-3). */
const taxPoint: Rule = ["BR-CO-3", (invoice) =>
  textAt(invoice, "TaxPointDate") === undefined ||
  textAt(invoice, "InvoicePeriod", "DescriptionCode") === undefined];

/** No amount has more than two decimals; prices and quantities may (BR-DEC-*). */
const decimals: Rule = ["BR-DEC", (invoice) => {
  const amounts = [
    ...["LineExtensionAmount", "TaxExclusiveAmount", "TaxInclusiveAmount", "AllowanceTotalAmount"],
    ...["ChargeTotalAmount", "PrepaidAmount", "PayableRoundingAmount", "PayableAmount"],
  ].map((name) => textAt(invoice, "LegalMonetaryTotal", name));
  const others = [
    ...charges(invoice).map((charge) => textAt(charge, "Amount")),
    ...taxes(invoice).flatMap((tax) => [textAt(tax, "TaxableAmount"), textAt(tax, "TaxAmount")]),
    ...lines(invoice).map((line) => textAt(line, "LineExtensionAmount")),
    textAt(invoice, "TaxTotal", "TaxAmount"),
  ];
  return [...amounts, ...others].every((amount) =>
    amount === undefined || /^-?\d+(\.\d{1,2})?$/.test(amount)
  );
}];

/** In the names of the rules: `BR-S-8`, `BR-Z-8`, and so on; only O has no rate. */
const categories = ["S", "Z", "E", "G", "O"] as const;
const untaxed = ["Z", "E", "G", "O"];

const byCategory: readonly Rule[] = categories.flatMap((category): Rule[] => [
  [`BR-${category}-1`, (invoice) => {
    const used = [
      ...lines(invoice).flatMap((line) => at(line, ...lineCategory)),
      ...charges(invoice).flatMap((charge) => at(charge, "TaxCategory")),
    ].some((one) => textAt(one, "ID") === category);
    const groups = taxes(invoice).filter((tax) => textAt(tax, "TaxCategory", "ID") === category).length;
    return !used ? groups === 0 : category === "S" ? groups > 0 : groups === 1;
  }],
  [
    `BR-${category}-5`,
    (invoice) =>
      lines(invoice).flatMap((line) => at(line, ...lineCategory)).filter((one) =>
        textAt(one, "ID") === category
      )
        .every((one) => hasRateOf(category, textAt(one, "Percent"))),
  ],
  [`BR-${category}-8`, (invoice) => groupsOf(invoice, category).every((tax) => isSumOfItsOwn(invoice, tax))],
  [
    `BR-${category}-9`,
    (invoice) =>
      groupsOf(invoice, category).every((tax) =>
        untaxed.includes(category) ? amountAt(tax, "TaxAmount") === 0n : nearlyRateTimesBase(tax)
      ),
  ],
  [
    `BR-${category}-10`,
    (invoice) =>
      groupsOf(invoice, category).every((tax) =>
        (textAt(tax, "TaxCategory", "TaxExemptionReason") === undefined) === ["S", "Z"].includes(category)
      ),
  ],
]);

function groupsOf(invoice: Element, category: string): readonly Element[] {
  return taxes(invoice).filter((tax) => textAt(tax, "TaxCategory", "ID") === category);
}

function hasRateOf(category: string, percent: string | undefined): boolean {
  if (category === "O") return percent === undefined;
  const rate = parseDecimal(percent ?? "0");
  return percent !== undefined && (category === "S" ? rate > 0n : rate === 0n);
}

function isSumOfItsOwn(invoice: Element, tax: Element): boolean {
  const isOwn = (category: Element | undefined) =>
    category !== undefined && textAt(category, "ID") === textAt(tax, "TaxCategory", "ID") &&
    amountAt(category, "Percent") === amountAt(tax, "TaxCategory", "Percent");
  const own = lines(invoice).filter((line) => isOwn(at(line, ...lineCategory)[0]));
  const charged = charges(invoice).filter((charge) => isOwn(at(charge, "TaxCategory")[0]));
  return amountAt(tax, "TaxableAmount") === sum(own, "LineExtensionAmount") + sum(charged, "Amount");
}

/** BT-117 = BT-116 × BT-119 / 100, half up to the minor unit, at most one of those off. */
function nearlyRateTimesBase(tax: Element): boolean {
  const base = amountAt(tax, "TaxableAmount"), percent = amountAt(tax, "TaxCategory", "Percent");
  const places = (textAt(tax, "TaxAmount")?.split(".")[1] ?? "").length;
  const minor = decimalUnit / 10n ** BigInt(places);
  const expected = divideRounded(base * percent, 100n * decimalUnit * minor) * minor;
  const off = amountAt(tax, "TaxAmount") - expected;
  return off <= minor && -off <= minor;
}

const rules: readonly Rule[] = [taxPoint, ...totals, vatPrefix, decimals, ...byCategory];
