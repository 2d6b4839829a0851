import { readdirSync } from "node:fs";
import { parse } from "node:path";
import { allProjections } from "../../../projections/all.ts";
import { asking, type Sql } from "../../../projections/database.ts";
import { schemaOf } from "../../../projections/projection.ts";
import { Fault } from "../../../streams/faults.ts";
import { type Check, ok, reasonOf, type Said, warning, wrong } from "../finding.ts";
import { openRows } from "../open_rows.ts";
import { counted } from "../../cli/counted.ts";

/** What the embedded one is, and all tests ran with. */
const testedMajor = 18;
const migrationsFolder = new URL("../../../projections/migrations/", import.meta.url);

/** The rows' database: that it is there, and of the shape that this code writes. */
export const databaseCheck: Check = {
  name: "database",
  msMax: 25_000,
  look: async ({ system }) => {
    if (system === undefined) return []; // Told by the check of NATS.
    if (system.databaseUrl === undefined) return [];
    const sql = openRows(system.databaseUrl);
    try {
      return [await versionOf(sql), ...await migrationsOf(sql), ...await shapesOf(sql)];
    } catch (error) {
      const advice = "See that Postgres runs, and that DATABASE_URL and its password are right.";
      if (error instanceof Fault || isRefusal(error)) return [wrong(reasonOf(error), advice)];
      throw error;
    } finally {
      await sql.end({ timeout: 1 });
    }
  },
};

/** Authentication failed, or there is no such database. */
const isRefusal = (error: unknown) =>
  error instanceof Error && "code" in error && /^(28|3D|42501)/.test(String(error.code));

async function versionOf(sql: Sql): Promise<Said> {
  const [found] = await asking("reach Postgres", () =>
    sql<{ version: string; readonly: boolean }[]>`
    select current_setting('server_version') as version, pg_is_in_recovery() as readonly`);
  const { version = "unknown", readonly: standby = false } = found ?? {};
  if (standby) {
    return wrong(
      `Postgres ${version} is a standby: nothing can be written`,
      "Set DATABASE_URL to the primary.",
    );
  }
  return Number.parseInt(version, 10) >= testedMajor
    ? ok(`Postgres ${version}`)
    : warning(`Postgres ${version}`, `Use ${testedMajor} or newer: nothing older was ever tested.`);
}

async function migrationsOf(sql: Sql): Promise<Said[]> {
  const [there] = await asking("read migrations", () =>
    sql<{ there: boolean }[]>`
    select to_regclass('waybill.migrations') is not null as there`);
  const applied = there?.there === true
    ? await asking("read migrations", () => sql<{ name: string }[]>`select name from waybill.migrations`)
    : [];
  const known = readdirSync(migrationsFolder).filter((name) => name.endsWith(".sql")).map((name) =>
    parse(name).name
  );
  const done = new Set(applied.map(({ name }) => name));
  const missing = known.filter((name) => !done.has(name)),
    later = [...done].filter((name) => !known.includes(name));
  if (later.length > 0) {
    return [
      wrong(
        `the database is of a newer Waybill: ${later.join(", ")}`,
        "Run the version of Waybill that made it.",
      ),
    ];
  }
  if (missing.length > 0) {
    return [
      warning(
        `${counted(missing.length, "migration is", "migrations are")} not applied yet`,
        "Start edge, projector or deliver: the first one applies them.",
      ),
    ];
  }
  return [ok(`${counted(known.length, "migration is", "migrations are")} applied`)];
}

/** Rows of another shape are not added to: the projector stops there. */
async function shapesOf(sql: Sql): Promise<Said[]> {
  const [there] = await asking("read positions", () =>
    sql<{ there: boolean }[]>`
    select to_regclass('waybill.positions') is not null as there`);
  if (there?.there !== true) return [];
  const stored = await asking("read positions", () =>
    sql<{ projection: string; shape: string }[]>`
    select distinct projection, shape from waybill.positions`);
  const wanted = new Map(allProjections().map((one) => [schemaOf(one), one.shape]));
  return stored.filter(({ projection, shape }) => (wanted.get(projection) ?? shape) !== shape).map((
    { projection, shape },
  ) =>
    wrong(
      `rows of ${projection} are of shape ${shape}, this code makes ${wanted.get(projection)}`,
      "Run the version of Waybill that made them, or raise the projection's version.",
    )
  );
}
