import type { ConsoleDesk } from "../../http/ops/console.ts";
import { openDatabase } from "../../projections/database.ts";
import type { CarriersHeard } from "../console/carriers_heard.ts";
import { consoleDesk } from "../console/desk.ts";
import type { OperatorKeys } from "../console/operators.ts";
import { undecided } from "../operate/undecided.ts";
import { undelivered } from "../operate/undelivered.ts";
import { unprojected } from "../operate/unprojected.ts";
import { untold } from "../operate/untold.ts";
import { databaseOf, type Shared } from "./role.ts";

/** The console's figures take the longest of all that it asks; more than this is not worth the wait. */
const statementMsMax = 15_000;

/** What the console shows and does, with one connection of its own to the database. */
export function openConsole(
  shared: Shared,
  { keys, secret, heard }: Pick<OperatorKeys, "keys" | "secret"> & { readonly heard: CarriersHeard },
): { readonly desk: ConsoleDesk; readonly close: () => Promise<void> } {
  const { broker, runtime, config: { bootstrapKey }, log } = shared;
  const sql = openDatabase({
    url: databaseOf(shared),
    connectionsMax: 1,
    statementMsMax,
    name: "waybill console",
  });
  const sources = [
    undecided(broker, runtime),
    unprojected({ sql, broker, runtime }),
    undelivered(sql),
    untold(sql),
  ];
  const report = (error: unknown) =>
    log.error({ err: error }, "a part of the console cannot be read, by a defect");
  const desk = consoleDesk({ broker, runtime, sql, sources, heard, bootstrapKey, keys, secret, report });
  return { desk, close: () => sql.end({ timeout: 5 }) };
}
