import type { Command } from "commander";
import cliProgress from "cli-progress";
import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import process from "node:process";
import { exitCodes, Failure } from "../cli/failure.ts";
import { runSeeds } from "./many_seeds.ts";
import { type Brief, briefOf, failureLine, seedReport } from "./report.ts";
import { runSeed } from "./run_seed.ts";
import { safeguards } from "./sabotage/safeguards.ts";

interface Flags {
  readonly seed?: string;
  readonly seeds?: string;
  readonly steps: string;
  readonly without?: string;
  readonly trace?: string;
  readonly keepGoing?: boolean;
  readonly workers?: string;
  readonly json?: boolean;
}

/** `waybill simulate`. */
export function registerSimulate(program: Command): void {
  const names = Object.entries(safeguards).map(([name, { what }]) => `  ${name.padEnd(22)} ${what}`);
  program.command("simulate")
    .description("run the whole system in virtual time, with faults, from a seed")
    .option("--seed <n>", "one world, told in full")
    .option("--seeds <range>", "many worlds: 1..300, or 300 for the same")
    .option("--steps <n>", "how long faults go on in each", "2000")
    .option("--without <safeguard>", "switch one off, to see that it is missed")
    .option("--trace <file>", "write every step of the one seed")
    .option("--keep-going", "do not stop at the first seed that fails")
    .option("--workers <n>", "worlds at a time")
    .option("--json", "print the outcome as JSON, a line a seed")
    .addHelpText("after", `\nSafeguards:\n${names.join("\n")}`)
    .action(async (flags: Flags) => {
      const failures = flags.seeds === undefined
        ? await simulateOne(flags)
        : await simulateMany(flags, flags.seeds);
      if (failures > 0) process.exitCode = exitCodes.failed;
    });
}

async function simulateOne(flags: Flags): Promise<number> {
  const seed = wholeNumber("--seed", flags.seed ?? "1"), steps = wholeNumber("--steps", flags.steps);
  const without = chosen(flags.without), keepTrace = flags.trace !== undefined;
  const result = await runSeed({
    seed,
    steps,
    keepTrace,
    ...(without ? { sabotage: safeguards[without]!.off } : {}),
  });
  if (flags.trace !== undefined) writeFileSync(flags.trace, `${result.trace.all.join("\n")}\n`);
  if (flags.json) console.log(JSON.stringify(briefOf(result)));
  else for (const line of seedReport(result, commandFor(seed, steps, without))) console.log(line);
  return result.failure ? 1 : 0;
}

async function simulateMany(flags: Flags, range: string): Promise<number> {
  const { from, to } = rangeOf(range), steps = wholeNumber("--steps", flags.steps);
  const without = chosen(flags.without), startedMs = performance.now();
  const workers = flags.workers
    ? wholeNumber("--workers", flags.workers)
    : Math.min(availableParallelism(), 8);
  const failed: Brief[] = [];
  let ran = 0, taken = 0;
  const bar = progress(flags.json !== true, to - from + 1);
  const done = (brief: Brief) => {
    ran += 1;
    taken += brief.steps;
    bar.update(ran, { failed: failed.length });
    if (flags.json) console.log(JSON.stringify(brief));
    if (brief.failure) failed.push(brief);
    if (!flags.json && !bar.shown) tell(brief, ran, failed.length);
  };
  const keepGoing = flags.keepGoing === true;
  await runSeeds({ from, to, steps, workers, keepGoing, done, ...(without ? { without } : {}) });
  bar.stop();
  if (flags.json) return failed.length;
  failed.sort((a, b) => a.seed - b.seed);
  if (bar.shown) { for (const brief of failed.slice(0, 50)) console.log(failureLine(brief)); }
  const [first] = failed, seconds = (performance.now() - startedMs) / 1_000;
  console.log(
    `${ran.toLocaleString("en-GB")} seeds, ${taken.toLocaleString("en-GB")} steps in ${
      seconds.toFixed(1)
    } s: ${failed.length} failed`,
  );
  if (first) console.log(`again: ${commandFor(first.seed, steps, without)}`);
  return failed.length;
}

function progress(shown: boolean, total: number) {
  if (!shown || !process.stderr.isTTY) return { shown: false, update: () => {}, stop: () => {} };
  const format = "{bar} {value}/{total} seeds, {failed} failed, {eta_formatted} left";
  const bar = new cliProgress.SingleBar({
    format,
    barsize: 30,
    clearOnComplete: true,
    stream: process.stderr,
  });
  bar.start(total, 0, { failed: 0 });
  return {
    shown: true,
    update: (ran: number, more: { failed: number }) => bar.update(ran, more),
    stop: () => bar.stop(),
  };
}

/** Where nobody watches a bar, the failures come as they are found, and now and then how far it is. */
function tell(brief: Brief, ran: number, failed: number): void {
  if (brief.failure) console.log(failureLine(brief));
  if (ran % 1_000 === 0) console.log(`${ran.toLocaleString("en-GB")} seeds, ${failed} failed so far`);
}

function commandFor(seed: number, steps: number, without: string | undefined): string {
  return `npm run simulate -- --seed ${seed} --steps ${steps}${without ? ` --without ${without}` : ""}`;
}

function chosen(without: string | undefined): string | undefined {
  if (without === undefined || Object.hasOwn(safeguards, without)) return without;
  throw wrong(`Cannot do without "${without}": the safeguards are ${Object.keys(safeguards).join(", ")}`);
}

function rangeOf(text: string): { from: number; to: number } {
  const [from = "", to] = text.split("..");
  if (to === undefined) return { from: 1, to: wholeNumber("--seeds", from) };
  const range = { from: wholeNumber("--seeds", from), to: wholeNumber("--seeds", to) };
  if (range.from <= range.to) return range;
  throw wrong(`Cannot use --seeds ${text}: it ends before it begins`);
}

function wholeNumber(option: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw wrong(`Cannot use ${option} ${text}: it is no whole number`);
}

const wrong = (message: string) => new Failure(message, { exitCode: exitCodes.misused });
