import {
  asking,
  type DatabaseOptions,
  isUnavailable,
  openDatabase,
  type Sql,
} from "../../projections/database.ts";
import { Failure } from "./failure.ts";
import { findSystem, ownConfig } from "./find_system.ts";

type Options = Omit<DatabaseOptions, "url" | "name">;

/** Works with the database of the system that is found. Throws a `Failure` where it has none; `to` completes "Cannot". */
export function withRows<T>(
  to: string,
  work: (sql: Sql, url: string) => Promise<T>,
  options: Options = {},
): Promise<T> {
  const { databaseUrl: url } = findSystem(ownConfig());
  if (url === undefined) throw new Failure(`Cannot ${to}: DATABASE_URL is not set`);
  return opened(url, options, (sql) => work(sql, url));
}

/** The same, with undefined where the system that is found has no database, or none is wanted. */
export function withRowsIfNamed<T>(
  work: (sql: Sql | undefined) => Promise<T>,
  { wanted = true, ...options }: Options & { readonly wanted?: boolean } = {},
): Promise<T> {
  const { databaseUrl: url } = findSystem(ownConfig());
  return url === undefined || !wanted ? work(undefined) : opened(url, options, work);
}

const connectMsMax = 3_000;

/** The same, or, where there is none that answers, with the reason why. */
export function withRowsIfThere<T>(work: (sql: Sql | { readonly why: string }) => Promise<T>): Promise<T> {
  return withRowsIfNamed(
    async (sql) => await work(sql ? await unavailable(sql) ?? sql : { why: "DATABASE_URL is not set" }),
    { connectMsMax },
  );
}

async function opened<T>(url: string, options: Options, work: (sql: Sql) => Promise<T>): Promise<T> {
  const sql = openDatabase({ url, connectionsMax: 1, name: "waybill cli", ...options });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** The driver learns how arrays are written with its first statement: that one must not have any. */
export const reach = (sql: Sql) => asking("reach the database", () => sql`select 1`);

async function unavailable(sql: Sql): Promise<{ readonly why: string } | undefined> {
  try {
    await reach(sql);
    return undefined;
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    return { why: error instanceof Error ? error.message : String(error) };
  }
}
