import { assert } from "../actor.ts";

/** Decimal strings have up to 6 places; inside they are integers of a millionth. */
export const decimalPlacesMax = 6;
export const decimalUnit = 1_000_000n;

const decimalShape = /^-?\d{1,18}(\.\d{1,6})?$/;

/** True for a decimal string that `parseDecimal` takes: up to 18 digits before the point and 6 after it. */
export function isDecimal(text: string): boolean {
  return decimalShape.test(text);
}

/** `"2.55"` → 2550000n: millionths, exactly. */
export function parseDecimal(text: string): bigint {
  return text.length <= shortLengthMax ? parseShort(text) : parseLong(text);
}

/** So short that its millionths are a safe integer: the way that nearly every price takes, at a tenth of the cost. */
const shortLengthMax = 9;

function parseShort(text: string): bigint {
  let value = 0, places = -1, digits = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 46 && places < 0 && digits > 0) places = 0;
    else if (code >= 48 && code <= 57) {
      value = value * 10 + code - 48;
      digits++;
      if (places >= 0) places++;
    } else return parseLong(text);
  }
  if (digits === 0 || places === 0 || places > decimalPlacesMax) return parseLong(text);
  return BigInt(value * powersOfTen[decimalPlacesMax - Math.max(places, 0)]!);
}
const powersOfTen = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000];

function parseLong(text: string): bigint {
  assert(
    isDecimal(text),
    `Cannot read decimal "${text}": not up to 18 digits with up to ${decimalPlacesMax} places`,
  );
  const point = text.indexOf(".");
  if (point < 0) return BigInt(text) * decimalUnit;
  const places = text.slice(point + 1);
  return BigInt(text.slice(0, point) + places.padEnd(decimalPlacesMax, "0"));
}

/** An amount in minor units as a decimal string: `formatMinor(2025n, 2)` → `"20.25"`. */
export function formatMinor(amount: bigint, exponent: number): string {
  const digits = (amount < 0n ? -amount : amount).toString().padStart(exponent + 1, "0");
  const sign = amount < 0n ? "-" : "";
  if (exponent === 0) return sign + digits;
  const split = digits.length - exponent;
  return `${sign}${digits.slice(0, split)}.${digits.slice(split)}`;
}

/** `"20.25"` → 2025n: the amount in minor units; undefined where it has more places than the currency. */
export function parseMinor(text: string, exponent: number): bigint | undefined {
  const millionths = parseDecimal(text), perMinor = 10n ** BigInt(decimalPlacesMax - exponent);
  return millionths % perMinor === 0n ? millionths / perMinor : undefined;
}

/** The amount of one of our own documents, which always fits. */
export function minorOf(text: string, exponent: number): bigint {
  const amount = parseMinor(text, exponent);
  assert(amount !== undefined, `Cannot read amount "${text}": it has more than ${exponent} places`);
  return amount;
}
