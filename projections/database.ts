import { fileURLToPath } from "node:url";
import { runner } from "node-pg-migrate";
import postgres from "postgres";
import { Fault } from "../streams/faults.ts";

/** int8 as a number: every counter, sequence and version here stays far below 2^53. */
const bigint: postgres.PostgresType<number> = {
  to: 20,
  from: [20],
  serialize: (value: number) => String(value),
  parse: (text: string): number => {
    const value = Number(text);
    if (!Number.isSafeInteger(value)) throw new Error(`Cannot read the integer ${text}: above 2^53`);
    return value;
  },
};

export type Sql = postgres.Sql<{ bigint: number }>;
export type Tx = postgres.TransactionSql<{ bigint: number }>;
/** Where a statement may run: on the pool, or inside a transaction. */
export type Db = Sql | Tx;

export interface DatabaseOptions {
  readonly url: string;
  readonly connectionsMax?: number;
  readonly connectMsMax?: number;
  /** The server ends a statement that takes longer. */
  readonly statementMsMax?: number;
  /** The server ends a transaction that does nothing for so long, so that a frozen process holds no row for ever. */
  readonly idleInTransactionMsMax?: number;
  readonly name?: string;
}

/** Opens a pool; connects at the first statement. */
export function openDatabase(options: DatabaseOptions): Sql {
  return postgres<{ bigint: postgres.PostgresType<number> }>(options.url, {
    max: options.connectionsMax ?? 4,
    connect_timeout: (options.connectMsMax ?? 5000) / 1000,
    // Whoever asks decides when to try again. This only keeps the driver, which listens again by itself, from spinning.
    backoff: () => 0.05 + Math.random() * 0.1,
    types: { bigint },
    connection: {
      application_name: options.name ?? "waybill",
      statement_timeout: options.statementMsMax ?? 10_000,
      idle_in_transaction_session_timeout: options.idleInTransactionMsMax ?? 30_000,
      TimeZone: "UTC",
    },
    onnotice: () => {},
  });
}

const lostConnection = new Set([
  "CONNECTION_CLOSED",
  "CONNECTION_ENDED",
  "CONNECTION_DESTROYED",
  "CONNECT_TIMEOUT",
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
]);
/**
 * SQLSTATEs after which the same statement may well succeed: connection (08), resources (53), operator intervention and statement
 * timeouts (57), system (58), a read-only server after failover, serialization and deadlock (40), an idle session cut off.
 */
const passingStates = /^(08|53|57|58|40|25006|25P03|55P03)/;

/** True when the database could not be asked, as opposed to our asking something wrong. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof Fault) return error.code === "database.unavailable";
  if (!(error instanceof Error)) return false;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return error instanceof postgres.PostgresError ? passingStates.test(code) : lostConnection.has(code);
}

/** Runs it; what the world did wrong becomes `Fault("database.unavailable")`, what we did wrong stays what it is. */
export async function asking<T>(what: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof Fault || !isUnavailable(error)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new Fault("database.unavailable", `Cannot ${what}: ${reason}`, error);
  }
}

/** The server says good-bye, or nobody does: the connection is closed in any case. */
const endsConnection = (error: unknown): boolean =>
  error instanceof postgres.PostgresError
    ? /^57P0[1-5]$/.test(error.code)
    : error instanceof Error && "code" in error && lostConnection.has(String(error.code));

/**
 * One transaction; `work` asks nobody else in the database. When the connection is lost, the driver's own report of that ends it: given
 * the error, the driver would say `rollback` on a socket that is gone, and the process would die of it (postgres.js 3.4.9, `nextWrite`).
 */
export async function transaction<T>(
  sql: Sql,
  work: (tx: Tx) => Promise<T>,
  mode = "",
): Promise<T> {
  const done: { result?: T } = {};
  await sql.begin(mode, async (tx) => {
    try {
      done.result = await work(tx);
    } catch (error) {
      if (endsConnection(error)) await new Promise<never>(() => {});
      throw error;
    }
  });
  return done.result as T;
}

/** What node-pg-migrate needs of a client; the rest of pg's interface is never called. */
interface MigrationClient {
  query(query: string | { readonly text: string; readonly values?: never[] }): Promise<{ rows: unknown[] }>;
}

const migrationsFolder = fileURLToPath(new URL("./migrations", import.meta.url));
const migrationMsMax = 600_000;

/** A database that is being started, or changes its leader, is waited for. */
const startingMsMax = 10_000, lookMs = 250;

/**
 * Brings the schema up to date, once however many processes ask at the same time; returns what was applied. Throws the `Fault`
 * "database.unavailable" when the database cannot be reached for so long.
 */
export async function migrate(url: string, waitMsMax: number = startingMsMax): Promise<readonly string[]> {
  const untilMs = performance.now() + waitMsMax;
  while (true) {
    try {
      return await migrateOnce(url);
    } catch (error) {
      if (!isUnavailable(error) || performance.now() > untilMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, lookMs));
    }
  }
}

async function migrateOnce(url: string): Promise<readonly string[]> {
  // A connection of its own: the advisory lock belongs to the session, and waiting for it may take longer than a statement.
  const sql = openDatabase({
    url,
    connectionsMax: 1,
    statementMsMax: migrationMsMax,
    name: "waybill migrate",
  });
  try {
    return await asking("migrate the database", async () => {
      const session = await sql.reserve();
      const client: MigrationClient = {
        query: async (query) => ({
          rows: await session.unsafe(typeof query === "string" ? query : query.text),
        }),
      };
      try {
        const applied = await runner({
          dbClient: client,
          dir: migrationsFolder,
          direction: "up",
          singleTransaction: true,
          migrationsSchema: "waybill",
          createMigrationsSchema: true,
          migrationsTable: "migrations",
          advisoryLockMode: "wait",
          logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
        });
        return applied.map((migration) => migration.name);
      } finally {
        session.release();
      }
    });
  } finally {
    await sql.end({ timeout: 5 });
  }
}
