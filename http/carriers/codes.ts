import type { Standing, TrackingStatus } from "../../actors/parcel/status.ts";

/** What one code of a carrier means, and who says so. */
export type CodeRow = readonly [
  code: string,
  status: TrackingStatus,
  subStatus: string | undefined,
  /** Where that is written: a page, or a file with its commit. */
  source: string,
];

/** A carrier's codes as data. */
export interface CodeTable {
  /** What the code means; `undefined` for one that the table does not have. Case and blanks at the ends do not matter. */
  meaningOf(code: string | undefined): Standing | undefined;
  readonly rows: readonly CodeRow[];
}

/** Throws when a code stands twice: which row would count? */
export function codeTable(rows: readonly CodeRow[]): CodeTable {
  const meanings = new Map<string, Standing>();
  for (const [code, status, subStatus] of rows) {
    const key = keyOf(code);
    if (meanings.has(key)) throw new Error(`Cannot make a table of codes: ${code} stands twice`);
    meanings.set(key, subStatus === undefined ? { status } : { status, subStatus });
  }
  return { rows, meaningOf: (code) => code === undefined ? undefined : meanings.get(keyOf(code)) };
}

const keyOf = (code: string) => code.trim().toUpperCase();
