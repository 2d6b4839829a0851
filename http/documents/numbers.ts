import { exponentOf } from "../../actors/money/currency.ts";
import { decimalPlacesMax, formatMinor, parseDecimal } from "../../actors/money/decimal.ts";
import type { Language } from "../tracking/languages.ts";

/** Writes amounts, rates and days as people of one language and country do. Amounts come as decimal strings and lose no digit. */
export interface Numbers {
  /** `1,234.50`: in a column whose head names the currency. */
  amount(decimal: string): string;
  /** `£1,234.50` */
  money(decimal: string): string;
  /** As an amount, with up to six places where it has them. */
  unitPrice(decimal: string): string;
  quantity(count: number): string;
  /** `"0.2"` → `20%` */
  rate(fraction: string): string;
  /** `2026-11-22` → `22 November 2026` */
  day(isoDay: string): string;
  country(code: string): string;
}

const kept = new Map<string, Numbers>();
const keptMax = 500;

export function numbersFor(language: Language, currency: string, sellersCountry: string): Numbers {
  const locale = language !== "en" ? language : sellersCountry === "US" ? "en-US" : "en-GB";
  const key = `${locale} ${currency}`, there = kept.get(key);
  if (there !== undefined) return there;
  if (kept.size >= keptMax) kept.clear();
  const made = make(locale, currency);
  kept.set(key, made);
  return made;
}

function make(locale: string, currency: string): Numbers {
  const places = exponentOf(currency);
  const fixed = { minimumFractionDigits: places, maximumFractionDigits: places };
  const amount = new Intl.NumberFormat(locale, fixed);
  const money = new Intl.NumberFormat(locale, { ...fixed, style: "currency", currency });
  const unitPrice = new Intl.NumberFormat(locale, { ...fixed, maximumFractionDigits: decimalPlacesMax });
  const quantity = new Intl.NumberFormat(locale);
  const rate = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 4 });
  const day = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" });
  const regions = new Intl.DisplayNames(locale, { type: "region" });
  return {
    amount: (decimal) => plain(amount.format(exact(decimal))),
    money: (decimal) => plain(money.format(exact(decimal))),
    unitPrice: (decimal) => plain(unitPrice.format(exact(decimal))),
    quantity: (count) => plain(quantity.format(count)),
    rate: (fraction) => plain(rate.format(exact(fraction))),
    day: (isoDay) => plain(day.format(new Date(`${isoDay}T00:00:00Z`))),
    country: (code) => regions.of(code) ?? code,
  };
}

/** Intl reads digits of a text exactly, where a number would lose some. */
const exact = (decimal: string) => decimal as Intl.StringNumericLiteral;

/** Narrow blanks, which French has between groups of digits, are in few fonts. */
const plain = (text: string) => text.replace(/[\u202f\u2009]/g, "\u00a0");

/** `"0.055"` → `"5.5"`: per cent, as e-invoices have it. */
export function percentOf(fraction: string): string {
  const text = formatMinor(parseDecimal(fraction) * 100n, decimalPlacesMax);
  return text.replace(/\.?0+$/, "");
}
