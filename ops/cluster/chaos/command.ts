import type { Command } from "commander";
import { join, resolve } from "node:path";
import process from "node:process";
import { exitCodes, Failure } from "../../cli/failure.ts";
import { untilStopped } from "../stopping.ts";
import { usualShape } from "../shape.ts";
import { runChaos } from "./chaos.ts";
import { chaosText } from "./report.ts";

interface Flags {
  readonly minutes: string;
  readonly seed?: string;
  readonly buyers: string;
  readonly json?: boolean;
}

const minutesMax = 1_440, buyersMax = 1_000_000, seedMax = 2 ** 31;

/** `waybill chaos`. */
export function registerChaos(program: Command): void {
  program.command("chaos")
    .description("a flash sale on a cluster of its own under faults, and then an audit from outside")
    .option("--minutes <n>", "how long faults are injected", "10")
    .option("--seed <n>", "the same seed gives the same faults at the same times")
    .option("--buyers <n>", "how many want the 1,000 units", "20000")
    .option("--json", "print the report as one JSON object")
    .action(async (flags: Flags) => {
      const seed = flags.seed === undefined ? Date.now() % 1_000_000 : number("--seed", flags.seed, seedMax);
      const stopping = untilStopped();
      const result = await runChaos({
        seed,
        minutes: number("--minutes", flags.minutes, minutesMax),
        buyers: Math.round(number("--buyers", flags.buyers, buyersMax)),
        shape: usualShape,
        pace: 1,
        folder: join(resolve(process.env.WAYBILL_DATA || ".waybill"), `chaos-${seed}`),
        say: (line) => console.error(line),
        aborted: stopping.signal,
      });
      console.log(flags.json ? JSON.stringify(result) : chaosText(result));
      process.exitCode = result.verdict === "exact" ? exitCodes.ok : exitCodes.failed;
    });
}

function number(option: string, text: string, max: number): number {
  const value = Number(text);
  if (text.trim() !== "" && value > 0 && value <= max) return value;
  throw new Failure(`Cannot use ${option} ${text}: it is no number up to ${max}`, {
    exitCode: exitCodes.misused,
  });
}
