/** numerator / denominator (> 0), rounded half away from zero, so that a credit is the exact mirror of a charge (DOMAIN 7.2). */
export function divideRounded(numerator: bigint, denominator: bigint): bigint {
  const magnitude = numerator < 0n ? -numerator : numerator;
  const roundsUp = 2n * (magnitude % denominator) >= denominator;
  const rounded = magnitude / denominator + (roundsUp ? 1n : 0n);
  return numerator < 0n ? -rounded : rounded;
}

/**
 * Spreads `amount` over the weights (all ≥ 0) so that the shares sum to it exactly: each gets its floor, the largest remainders get one
 * unit more, ties go to the lower index. All weights 0 count as equal weights.
 */
export function allocate(amount: bigint, weights: readonly bigint[]): bigint[] {
  if (amount === 0n || weights.length === 0) return weights.map(() => 0n);
  if (weights.length === 1) return [amount];
  if (amount < 0n) return allocate(-amount, weights).map((share) => -share);
  const sum = weights.reduce((total, weight) => total + weight, 0n);
  if (sum === 0n) return allocate(amount, weights.map(() => 1n));
  const shares = weights.map((weight) => amount * weight / sum);
  let left = amount - shares.reduce((total, share) => total + share, 0n);
  if (left === 0n) return shares;
  const remainders = weights.map((weight, index) => ({ index, rest: amount * weight % sum }));
  remainders.sort((a, b) => a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1);
  for (const { index } of remainders) {
    if (left === 0n) break;
    shares[index]! += 1n;
    left -= 1n;
  }
  return shares;
}
