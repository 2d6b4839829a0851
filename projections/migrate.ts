import { fileURLToPath } from "node:url";
import { runner } from "node-pg-migrate";
import postgres from "postgres";
import { Fault } from "../streams/faults.ts";
import { isUnavailable } from "./database.ts";
import { type Ask, inSession } from "./session.ts";

/** What node-pg-migrate needs of a client; the rest of pg's interface is never called. */
interface MigrationClient {
  query(query: string | { readonly text: string; readonly values?: never[] }): Promise<{ rows: unknown[] }>;
}

const migrationsFolder = fileURLToPath(new URL("./migrations", import.meta.url));

export const migrationLimits = {
  /** A database that is being started, or changes its leader, is waited for. */
  startingMsMax: 10_000,
  lookMs: 250,
  statementMsMax: 600_000,
  /** While a migration waits for a table, all others who want it wait behind it: so it gives up soon … */
  lockMsMax: 3_000,
  /** … lets them go first … */
  lockRetryMs: 2_000,
  /** … and tries again for so long. */
  lockedMsMax: 300_000,
} as const;
type MigrationLimits = { readonly [name in keyof typeof migrationLimits]: number };

export interface MigrateOptions {
  readonly limits?: Partial<MigrationLimits>;
  /** Somebody keeps a table locked, and it is tried again. */
  readonly waiting?: (reason: string) => void;
}

/**
 * Brings the schema up to date, once however many processes ask at the same time; returns what its last try applied. Each migration is a
 * transaction of its own: what is done stays done when a later one has to wait. Throws the `Fault` "database.unavailable" when the
 * database cannot be reached, or a table stays locked, for too long.
 */
export async function migrate(url: string, options: MigrateOptions = {}): Promise<readonly string[]> {
  const limits = { ...migrationLimits, ...options.limits }, startedMs = performance.now();
  while (true) {
    try {
      return await migrateOnce(url, limits);
    } catch (error) {
      const locked = isLocked(error), waitedMs = performance.now() - startedMs;
      if (!isUnavailable(error) || waitedMs > (locked ? limits.lockedMsMax : limits.startingMsMax)) {
        throw error;
      }
      if (locked) options.waiting?.((error as Fault).message);
      await new Promise((resolve) => setTimeout(resolve, locked ? limits.lockRetryMs : limits.lookMs));
    }
  }
}

const isLocked = (error: unknown) =>
  error instanceof Fault && error.cause instanceof postgres.PostgresError && error.cause.code === "55P03";

async function migrateOnce(url: string, limits: MigrationLimits): Promise<readonly string[]> {
  // A connection of its own: the advisory lock belongs to the session, and waiting for it may take longer than a statement.
  const { statementMsMax } = limits;
  return await inSession({ url, statementMsMax, name: "waybill migrate" }, async (ask) => {
    try {
      return await runMigrations(clientOf(ask, limits));
    } catch (error) {
      throw lockedFault(error) ?? error;
    }
  });
}

/** Waits for other processes that migrate as long as they need, but for a table only shortly. */
function clientOf(ask: Ask, { lockMsMax }: MigrationLimits): MigrationClient {
  return {
    query: async (query) => {
      const text = typeof query === "string" ? query : query.text, rows = await ask(text);
      if (text.includes("pg_advisory_lock")) await ask(`set lock_timeout = ${lockMsMax}`);
      return { rows: [...rows] };
    },
  };
}

async function runMigrations(dbClient: MigrationClient): Promise<readonly string[]> {
  const done = await runner({
    dbClient,
    dir: migrationsFolder,
    direction: "up",
    singleTransaction: false,
    migrationsSchema: "waybill",
    createMigrationsSchema: true,
    migrationsTable: "migrations",
    advisoryLockMode: "wait",
    logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
  });
  return done.map(({ name }) => name);
}

function lockedFault(error: unknown): Fault | undefined {
  if (!(error instanceof postgres.PostgresError) || error.code !== "55P03") return undefined;
  return new Fault(
    "database.unavailable",
    "Cannot migrate the database: a table stays locked by others; pg_stat_activity and pg_locks say by whom",
    error,
  );
}
