import type { Command } from "commander";
import process from "node:process";
import { Failure } from "../cli/failure.ts";
import { type DemoOptions, runDemo } from "./demo.ts";
import { showProgress } from "../cli/progress.ts";
import { notesOf, showReport } from "./report.ts";
import { findTarget } from "./target.ts";

interface Flags {
  readonly stock: string;
  readonly ship?: boolean;
  readonly json?: boolean;
  readonly patience?: string;
}

/** `waybill demo [FILE]`. */
export function registerDemo(program: Command): void {
  program.command("demo")
    .description("send a file of real sales (or a made-up shop) to the running system, and report")
    .argument("[file]", "sales as .csv or .csv.gz in the format of the Online Retail data set")
    .option("--stock <exact|share>", "receive all that is sold, or only a share such as 0.6", "exact")
    .option("--ship", "also ship and invoice every confirmed order, and credit what the file cancels")
    .option("--json", "print the report as one JSON object")
    .option("--patience <seconds>", "how long to wait for a system that does not answer")
    .action(async (file: string | undefined, flags: Flags) => {
      process.exitCode = await demo(file, flags);
    });
}

async function demo(file: string | undefined, flags: Flags): Promise<number> {
  const options: DemoOptions = {
    target: findTarget(process.env),
    stock: flags.stock,
    ship: flags.ship === true,
    progress: showProgress(process.stderr),
    ...(file === undefined ? {} : { file }),
    ...(flags.patience === undefined ? {} : { patienceSeconds: parsePatience(flags.patience) }),
  };
  const { sales, tally, report, defects } = await runDemo(options);
  if (flags.json) {
    console.log(JSON.stringify(report));
    for (const note of notesOf(sales, tally)) console.error(note);
  } else console.log(showReport(sales, tally, report.seconds));
  for (const defect of defects) console.error(defect);
  return defects.length === 0 ? 0 : 1;
}

const patienceSecondsMax = 86_400;

function parsePatience(text: string): number {
  const seconds = Number(text);
  if (/^\d+$/.test(text) && seconds >= 1 && seconds <= patienceSecondsMax) return seconds;
  throw new Failure(
    `Cannot use --patience ${text}: it is no number of seconds from 1 to ${patienceSecondsMax}`,
    {
      exitCode: 2,
    },
  );
}
