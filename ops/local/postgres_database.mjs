// @ts-check
import postgres from "postgres";
import { Unusable } from "./unusable.mjs";

/**
 * Makes the database that the address names, when there is none.
 * @param {string} url
 */
export async function ensureDatabase(url) {
  const admin = new URL(url);
  const name = decodeURIComponent(admin.pathname.slice(1));
  admin.pathname = "/postgres";
  const sql = postgres(admin.href, { max: 1, onnotice: () => {}, connect_timeout: 10 });
  try {
    const [found] = await sql`select 1 from pg_database where datname = ${name}`;
    if (found === undefined) await sql`create database ${sql(name)}`;
  } finally {
    await sql.end({ timeout: 5 });
  }
}

const databaseVersionMin = 14;

/**
 * Refuses a server of the user's own that cannot be reached or is too old.
 * @param {string} url
 */
export async function requirePostgres(url) {
  const { host } = new URL(url);
  const sql = postgres(url, { max: 1, onnotice: () => {}, connect_timeout: 5 });
  try {
    const [row] = await sql`select current_setting('server_version_num')::int / 10000 as major`;
    if (row?.["major"] >= databaseVersionMin) return;
    throw new Unusable(`Cannot use the database at ${host}: Postgres ${databaseVersionMin} is needed`);
  } catch (error) {
    if (error instanceof Unusable) throw error;
    const reason = error instanceof Error ? error.message || error.name : String(error);
    throw new Unusable(`Cannot use the database at ${host} (DATABASE_URL): ${reason}`, { cause: error });
  } finally {
    await sql.end({ timeout: 1 });
  }
}
