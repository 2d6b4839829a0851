/** Decimal strings as the API takes them: no sign, no exponent, at most 12 digits before the point and 6 after. */
export const decimalPattern = /^(?:0|[1-9]\d{0,11})(?:\.\d{1,6})?$/;

export const isDecimal = (value: unknown): value is string =>
  typeof value === "string" && decimalPattern.test(value);

/** How many digits stand after the point, as written. */
export function placesOf(decimal: string): number {
  const point = decimal.indexOf(".");
  return point < 0 ? 0 : decimal.length - point - 1;
}

/** One spelling per value: "2.50" and "2.5" are the same request. */
export function canonicalDecimal(decimal: string): string {
  if (!decimal.includes(".")) return decimal;
  let end = decimal.length;
  while (decimal.charCodeAt(end - 1) === 48) end--;
  return decimal.slice(0, decimal[end - 1] === "." ? end - 1 : end);
}
