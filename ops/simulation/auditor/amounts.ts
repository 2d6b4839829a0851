/** An amount in minor units: all that is said of one order has as many places. */
export const minor = (amount: string): bigint => BigInt(amount.replace(".", ""));

export function grossOf(rows: readonly { readonly net: string; readonly tax: string }[]): bigint {
  return rows.reduce((sum, { net, tax }) => sum + minor(net) + minor(tax), 0n);
}
