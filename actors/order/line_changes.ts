import type { Part } from "../protocol.ts";
import { type Claim, type KnownOrder, type LineState, type Queued, untouched } from "./state.ts";

/** What events do to lines. */
export function eachLine<Row extends { readonly line: number }>(
  state: KnownOrder,
  rows: readonly Row[],
  change: (line: LineState, row: Row) => LineState,
): KnownOrder {
  if (rows.length === 0) return state;
  const lines = state.lines.slice();
  for (const row of rows) lines[row.line - 1] = change(lines[row.line - 1]!, row);
  return { ...state, lines };
}

export const claimsOf = (parts: readonly Part[], attempt: number): Claim[] =>
  parts.map((part) => ({ attempt, ...part }));
export const ended = (quantity: number): LineState => ({ ...untouched, cancelled: quantity });

/** The claims without these units of that attempt. Two claims of one attempt may lie at one location: filled at different times. */
export function unclaim(claims: readonly Claim[], attempt: number, parts: readonly Part[]): Claim[] {
  const left = new Map<string, number>();
  for (const part of parts) left.set(part.location, (left.get(part.location) ?? 0) + part.quantity);
  const kept: Claim[] = [];
  for (const claim of claims) {
    const taken = claim.attempt === attempt ? Math.min(claim.quantity, left.get(claim.location) ?? 0) : 0;
    if (taken > 0) left.set(claim.location, left.get(claim.location)! - taken);
    if (claim.quantity > taken) kept.push({ ...claim, quantity: claim.quantity - taken });
  }
  return kept;
}

export function dequeue(queue: readonly Queued[], attempt: number, units: number): Queued[] {
  return queue
    .map((entry) => entry.attempt === attempt ? { ...entry, quantity: entry.quantity - units } : entry)
    .filter((entry) => entry.quantity !== 0);
}
