import { allProjections } from "../../../projections/all.ts";
import { asking } from "../../../projections/database.ts";
import { readPositions } from "../../../projections/positions.ts";
import { schemaOf } from "../../../projections/projection.ts";
import { type LogStatus, readStatus } from "../../../streams/cluster/status.ts";
import { Fault } from "../../../streams/faults.ts";
import { type ReaderStatus, readReaders } from "../../cli/log_readers.ts";
import { type Check, ok, type Said, type Setup, warning, wrong } from "../finding.ts";
import { withLog } from "./log.ts";
import { openRows } from "../open_rows.ts";

/** How late a reader may be. */
const lateMs = { warning: 60_000, wrong: 600_000 };

/** Who turns the log into rows, messages and webhooks, and how late. */
export const readersCheck: Check = {
  name: "readers",
  msMax: 25_000,
  look: (setup) =>
    withLog(setup, async (broker) => {
      const nowMs = Date.now(),
        status = await readStatus(broker, nowMs),
        { databaseUrl } = setup.system ?? {};
      if (status === undefined) return [];
      const readers = await readReaders(broker, { status, databaseUrl, nowMs });
      const said = [...readers.all.flatMap(lateness), ...await rowsBehind(setup, status, nowMs)];
      return said.length > 0 ? said : [ok("rows, messages, webhooks and callbacks are up to date")];
    }),
};

function lateness({ reader, partition, behind, waitingMs }: ReaderStatus): Said[] {
  if (behind === 0 || waitingMs < lateMs.warning) return [];
  const who = partition === undefined ? reader : `${reader} of partition ${partition}`;
  const says = `${who}: the oldest of ${behind} has waited for ${Math.round(waitingMs / 1_000)} s`;
  const advice = "Look at the log of role deliver: it says whether it waits or has stopped.";
  return [waitingMs < lateMs.wrong ? warning(says, advice) : wrong(says, advice)];
}

/** Rows whose position stands behind the log's end although that is not new. */
async function rowsBehind({ system }: Setup, { partitions }: LogStatus, nowMs: number): Promise<Said[]> {
  if (system?.databaseUrl === undefined) return [];
  const sql = openRows(system.databaseUrl);
  try {
    const late: string[] = [];
    for (const name of allProjections().map(schemaOf)) {
      const positions = await asking("read positions", () => readPositions(sql, name));
      const at = new Map(positions.map(({ partition, mark }) => [partition, mark.sequence]));
      for (const { partition, head, headAtMs = nowMs } of partitions) {
        if (head > (at.get(partition) ?? 0) && nowMs - headAtMs > lateMs.warning) {
          late.push(`${name} in ${partition}`);
        }
      }
    }
    if (late.length === 0) return [];
    const some = late.slice(0, 5).join(", "), more = late.length > 5 ? ` and ${late.length - 5} more` : "";
    return [
      wrong(
        `rows are behind the log: ${some}${more}`,
        "waybill inspect says what is paused, waybill dead-letters list what stands before a record that it cannot apply; the log of " +
          "role projector whether it waits or has stopped.",
      ),
    ];
  } catch (error) {
    if (error instanceof Fault || isMissing(error)) return []; // Told by the check of the database.
    throw error;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/** Tables that are not made yet, or a database that refuses us. */
const isMissing = (error: unknown) =>
  error instanceof Error && "code" in error && /^(42P01|3F000|28|3D)/.test(String(error.code));
