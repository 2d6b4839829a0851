import { z } from "@hono/zod-openapi";
import { exponentOf, isCurrency } from "../../actors/money/currency.ts";
import { decimalUnit, parseDecimal } from "../../actors/money/decimal.ts";
import { decimalPattern, isDecimal, placesOf } from "../decimal.ts";

const decimalRule =
  'must be a decimal string such as "2.55": no sign, at most 12 digits before and 6 after the point';

/** A unit price or rate: a decimal string, never a JSON number. */
export const decimal = z.string({ error: decimalRule }).regex(decimalPattern, { error: decimalRule })
  .openapi({ example: "2.55" });

/** An amount in the document's currency; how many places it may have is checked with the currency. */
export const amount = decimal.openapi({
  description: "A decimal string with at most the currency's own number of decimal places.",
  example: "4.95",
});

const rateRule = 'must be a decimal string from "0" to "1", with at most 6 places';
export const taxRate = z.string({ error: rateRule })
  .refine((value) => isDecimal(value) && parseDecimal(value) <= decimalUnit, { error: rateRule })
  .openapi({ pattern: "^(?:0(?:\\.\\d{1,6})?|1(?:\\.0{1,6})?)$", example: "0.20" });

export const currency = z.string()
  .refine(isCurrency, { error: "must be an ISO 4217 currency code" })
  .openapi({ pattern: "^[A-Z]{3}$", example: "GBP" });

/** Says what is wrong with the places of an amount; undefined when nothing is, or the amount is wrong in itself. */
export function placesIssue(value: unknown, currencyCode: unknown): string | undefined {
  if (!isDecimal(value) || typeof currencyCode !== "string") return undefined;
  if (!isCurrency(currencyCode)) return undefined;
  const exponent = exponentOf(currencyCode);
  if (placesOf(value) <= exponent) return undefined;
  return `must have at most ${exponent} decimal places in ${currencyCode}`;
}
