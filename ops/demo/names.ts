import { Failure } from "../cli/failure.ts";
import type { Sales } from "./sales.ts";

/** How much of what a file sells is received: all of it, or a share. */
export interface StockShare {
  /** `"exact"` or the number as it was given, such as `"0.6"`. */
  readonly name: string;
  readonly millionths: number;
}

export function parseShare(text: string): StockShare {
  if (text === "exact") return { name: text, millionths: 1_000_000 };
  const share = Number(text);
  if (!/^\d(\.\d{1,6})?$/.test(text) || !(share > 0)) {
    throw new Failure(`Cannot use --stock ${text}: it is neither "exact" nor a share such as 0.6`, {
      exitCode: 2,
    });
  }
  return { name: share === 1 ? "exact" : String(share), millionths: Math.round(share * 1_000_000) };
}

/** Whole units, rounded down: what is there is never more than the share. */
export function shareOf(quantity: number, { millionths }: StockShare): number {
  return Number(BigInt(quantity) * BigInt(millionths) / 1_000_000n);
}

/**
 * Where a file's goods lie and the channel that its orders come by: one of each for a file's content and a share. So files that
 * overlap (a month, and a day of it) do not meet each other's order numbers, and their stock is told apart.
 */
export function placeOf({ hash }: Sales, { name }: StockShare): string {
  return `demo-${hash.slice(0, 8)}${name === "exact" ? "" : `-${name}`}`;
}
