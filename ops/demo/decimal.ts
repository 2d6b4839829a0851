/** Exact money for the demo's own check of the totals: millionths as bigint, so that no float ever touches an amount. */
export type Micro = bigint;

const micro = 1_000_000n;
const microPerPenny = 10_000n;

/** `"2.1"` → 2,100,000n. Up to 6 places and a sign. */
export function parseMicro(text: string): Micro {
  const found = /^(-?)(\d{1,12})(?:\.(\d{1,6}))?$/.exec(text);
  if (found === null) {
    throw new Error(`Cannot read amount "${text}": it is no decimal number of up to 6 places`);
  }
  const [, sign = "", whole = "0", fraction = ""] = found;
  const value = BigInt(whole) * micro + BigInt(fraction.padEnd(6, "0"));
  return sign === "-" ? -value : value;
}

/** Quantity × unit price, signed and exact. */
export function amountOf(line: { readonly quantity: number; readonly unitPrice: string }): Micro {
  return BigInt(line.quantity) * parseMicro(line.unitPrice);
}

/** To whole pence, half away from zero. */
export function roundToPence(value: Micro): bigint {
  const magnitude = value < 0n ? -value : value;
  const pence = (magnitude + microPerPenny / 2n) / microPerPenny;
  return value < 0n ? -pence : pence;
}

/** `150949633n` → `"1509496.33"`. */
export function showPence(pence: bigint): string {
  const digits = (pence < 0n ? -pence : pence).toString().padStart(3, "0");
  return `${pence < 0n ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** The shortest form with at least two places. */
export function showMicro(value: Micro): string {
  const digits = (value < 0n ? -value : value).toString().padStart(7, "0");
  const fraction = digits.slice(-6).replace(/0{1,4}$/, "");
  return `${value < 0n ? "-" : ""}${digits.slice(0, -6)}.${fraction}`;
}
