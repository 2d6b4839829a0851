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
  /** Whether parameters may be arrays: asks the server for their types before anything else. */
  readonly arrays?: boolean;
  /** Called when a connection is gone, whoever ended it. */
  readonly closed?: () => void;
}

/** Opens a pool; connects at the first statement. */
export function openDatabase(options: DatabaseOptions): Sql {
  return postgres<{ bigint: postgres.PostgresType<number> }>(options.url, {
    max: options.connectionsMax ?? 4,
    connect_timeout: (options.connectMsMax ?? 5000) / 1000,
    // Whoever asks decides when to try again. This only keeps the driver, which listens again by itself, from spinning.
    backoff: () => 0.05 + Math.random() * 0.1,
    types: { bigint },
    fetch_types: options.arrays ?? true,
    onclose: () => options.closed?.(),
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
 * timeouts (57), system (58), no such database (3D: dropped, and not made again yet), a read-only server after failover, serialization
 * and deadlock (40), an idle session cut off.
 */
const passingStates = /^(08|53|57|58|40|3D|25006|25P03|55P03)/;

/** True when the database could not be asked, as opposed to our asking something wrong. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof Fault) return error.code === "database.unavailable";
  if (!(error instanceof Error)) return false;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return error instanceof postgres.PostgresError ? passingStates.test(code) : lostConnection.has(code);
}

/**
 * Whether the server ended the statement by `statement_timeout`. An operator's cancel has the same SQLSTATE and another text, which a
 * server that speaks another language says otherwise: then it counts as too slow.
 */
export const tookTooLong = (error: unknown): boolean =>
  error instanceof postgres.PostgresError && error.code === "57014" &&
  error.message !== "canceling statement due to user request";

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
export const endsConnection = (error: unknown): boolean =>
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
