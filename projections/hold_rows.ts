import type { Tx } from "./database.ts";

/**
 * Until the transaction ends, no rebuild puts other rows in place of these. Call it before any other statement where several must see one
 * moment: its snapshot is taken with the first that reads.
 */
export async function holdRows(tx: Tx, ...tables: readonly string[]): Promise<void> {
  for (const table of tables) await tx`lock table ${tx(table)} in access share mode`;
}
