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
  const shares: bigint[] = new Array(weights.length), rests: bigint[] = new Array(weights.length);
  let left = amount;
  for (let i = 0; i < weights.length; i++) {
    const exact = amount * weights[i]!, share = exact / sum;
    shares[i] = share;
    rests[i] = exact - share * sum;
    left -= share;
  }
  if (left === 0n) return shares;
  const order = shares.map((_, i) => i).sort((a, b) =>
    rests[a] === rests[b] ? a - b : rests[a]! > rests[b]! ? -1 : 1
  );
  for (let i = 0; i < Number(left); i++) shares[order[i]!]! += 1n;
  return shares;
}
