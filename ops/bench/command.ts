import type { Command } from "commander";
import process from "node:process";
import { resolve } from "node:path";
import { exitCodes, Failure } from "../cli/failure.ts";
import { type Part, parts, runBench } from "./bench.ts";

interface Flags {
  readonly out?: string;
  readonly only?: string;
  readonly seconds: string;
  readonly rounds: string;
  readonly orders: string;
  readonly events: string;
  readonly pastOrders: string;
  readonly over?: true;
  readonly pastSkus: string;
  readonly pastData?: string;
  readonly pages: string;
  readonly times: string;
  readonly sales?: readonly string[];
}

/** `waybill bench`. */
export function registerBench(program: Command): void {
  program.command("bench")
    .description("measure a fresh system beside what one would write instead (Hono on Node + Postgres)")
    .option("--out <file>", "write the result as JSON")
    .option("--only <parts>", `some of ${parts.join(",")}`)
    .option("--seconds <n>", "how long each measurement takes", "10")
    .option("--rounds <n>", "how often ours and the baselines take turns", "3")
    .option(
      "--orders <n>",
      "past orders of the system that is folded, projected, backed up, restarted and shown",
      "200000",
    )
    .option("--over", "those orders have one line and are cancelled as they come: none waits to be shipped")
    .option("--events <n>", "events in the log of the system whose rows are rebuilt", "1000000")
    .option("--past-orders <n>", "past orders of the partition that is opened", "1000000")
    .option("--past-skus <n>", "its SKUs", "100000")
    .option("--past-data <folder>", "keep that partition here, and use it the next time")
    .option("--pages <counts>", "how many tracking pages are open, one after the other", "1000,5000,10000")
    .option("--times <n>", "how often each failure of a cluster is tried", "10")
    .option(
      "--sales <files...>",
      "files of real sales for W4 and verify (default: two months in ../shared, else the demo's shop)",
    )
    .action(async (flags: Flags) => {
      await runBench({
        only: chosenParts(flags.only),
        seconds: wholeNumber("--seconds", flags.seconds, 600),
        rounds: wholeNumber("--rounds", flags.rounds, 100),
        historyOrders: wholeNumber("--orders", flags.orders, 10_000_000),
        historyOver: flags.over === true,
        rebuildEvents: wholeNumber("--events", flags.events, 100_000_000),
        pastOrders: wholeNumber("--past-orders", flags.pastOrders, 10_000_000),
        pastSkus: wholeNumber("--past-skus", flags.pastSkus, 1_000_000),
        ...(flags.pastData === undefined ? {} : { pastData: resolve(flags.pastData) }),
        pages: flags.pages.split(",").map((count) => wholeNumber("--pages", count.trim(), 100_000)),
        times: wholeNumber("--times", flags.times, 1_000),
        sales: (flags.sales ?? []).map((file) => resolve(file)),
        folder: resolve(process.env["WAYBILL_DATA"] || ".waybill"),
        ...(flags.out === undefined ? {} : { out: flags.out }),
        say: (line) => console.log(line),
      });
    });
}

function chosenParts(text: string | undefined): readonly Part[] {
  if (text === undefined) return parts;
  const names = text.split(",").map((name) => name.trim().toLowerCase());
  const unknown = names.filter((name) => !parts.some((part) => part.toLowerCase() === name));
  if (unknown.length === 0) return parts.filter((part) => names.includes(part.toLowerCase()));
  throw wrong(`Cannot measure "${unknown.join(", ")}": the parts are ${parts.join(", ")}`);
}

function wholeNumber(option: string, text: string, max: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= max) return value;
  throw wrong(`Cannot use ${option} ${text}: it is no whole number from 1 to ${max}`);
}

const wrong = (message: string) => new Failure(message, { exitCode: exitCodes.misused });
