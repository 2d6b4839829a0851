import process from "node:process";
import { type Command } from "commander";
import { momentOf } from "../reading/at.ts";
import { findActor } from "../reading/find_actor.ts";
import { readLife } from "../reading/life.ts";
import { namesInRows } from "../reading/names_in_rows.ts";
import { readingProgress } from "../reading/progress.ts";
import { shownLife } from "../reading/show_json.ts";
import { lifeText } from "../reading/show_text.ts";
import { exitCodes } from "./failure.ts";
import { countUpTo } from "./count.ts";
import { withBroker } from "./with_broker.ts";
import { withRowsIfThere } from "./with_rows.ts";

interface Flags {
  readonly at?: string;
  readonly steps?: number;
  readonly verbose?: boolean;
  readonly scan?: boolean;
  readonly json?: boolean;
}

const stepsShown = 50, stepsMax = 1_000_000;

const help = `
What can be named:
  order:ord_… sku:85123A parcel:ups:1Z… return:ret_… payout:po_… series:main
  stockdoc:LON1:PO-1 credit:crd_… location:LON1      an actor
  ord_… shp_… ret_… rfn_… po_… crd_…                 an id, as the API gives it
  web/1001                                           channel/order number
  1Z999AA10123456784, INV-2026-000001                from the rows

Examples:
  npx waybill show web/1001
  npx waybill show sku:85123A --at 2026-11-22T14:03:00Z
  npx waybill show ord_01J… --at 0:431 --verbose
  npx waybill show parcel:ups:1Z… --json

The index of the database says which records speak of an actor; only what it
does not know yet is searched. Refusals that an actor does not remember are
found with --scan, which reads its whole partition. Without a database that
happens by itself. Exit code 1: nothing is recorded of it.`;

/** `waybill show <actor>`. */
export function registerShow(program: Command, print: (text: string) => void = console.log): void {
  program.command("show")
    .description("how something stands, and how it came to that: from the log, now or at any moment")
    .argument("<actor>", "an order, SKU, parcel, return, payout, …: see below")
    .option("--at <moment>", "as it was: a time, partition:sequence, or a Waybill-Position")
    .option("--steps <n>", `show the last so many (default: ${stepsShown})`, countUpTo(stepsMax))
    .option("--verbose", "an order or SKU as events, causes and changes, not in words")
    .option("--scan", "do not ask the index: read all of the partition")
    .option("--json", "print one JSON object")
    .addHelpText("after", help)
    .action((text: string, flags: Flags) => show(text, flags, print));
}

async function show(
  text: string,
  { at, steps, verbose, scan, json }: Flags,
  print: (text: string) => void,
): Promise<void> {
  const moment = at === undefined ? {} : { at: momentOf("--at", at) };
  const progress = readingProgress(process.stderr);
  const life = await withRowsIfThere((sql) =>
    withBroker("waybill show", async (broker) => {
      const id = await findActor(text, "why" in sql ? undefined : namesInRows(sql));
      const index = scan ? { why: "--scan" } : sql;
      return await readLife(broker, {
        id,
        ...moment,
        stepsMax: steps ?? stepsShown,
        index,
        progress: progress.at,
      });
    })
  ).finally(() => progress.end());
  print(json ? JSON.stringify(shownLife(life)) : lifeText(life, { technical: verbose === true }));
  if (life.stepsInAll === 0) process.exitCode = exitCodes.failed;
}
