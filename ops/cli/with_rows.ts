import { asking, openDatabase, type Sql } from "../../projections/database.ts";
import { isUnavailable } from "../../projections/database.ts";
import { findSystem, ownConfig } from "./find_system.ts";

const connectMsMax = 3_000;

/** Works with the database of the system that is found, or, where there is none that answers, with the reason why. */
export async function withRowsIfThere<T>(
  name: string,
  work: (sql: Sql | { readonly why: string }) => Promise<T>,
): Promise<T> {
  const { databaseUrl: url } = findSystem(ownConfig());
  if (url === undefined) return await work({ why: "DATABASE_URL is not set" });
  const sql = openDatabase({ url, connectionsMax: 1, connectMsMax, name });
  try {
    return await work(await answers(sql) ?? sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** The driver learns how arrays are written with its first statement: that one must not have any. */
async function answers(sql: Sql): Promise<{ readonly why: string } | undefined> {
  try {
    await asking("reach the database", () => sql`select 1`);
    return undefined;
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    return { why: error instanceof Error ? error.message : String(error) };
  }
}
