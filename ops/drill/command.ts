import { type Command, InvalidArgumentError } from "commander";
import process from "node:process";
import { exitCodes, Failure } from "../cli/failure.ts";
import { untilStopped } from "../cluster/stopping.ts";
import { isNothing, performDrill } from "./drill.ts";
import { drillText } from "./report.ts";
import { allScenarios } from "./scenarios/all.ts";

interface Flags {
  readonly only?: string;
  readonly rate: number;
  readonly harm: number;
  readonly json?: boolean;
}
const rateMax = 1_000, harmSecondsMax = 3_600;

const help = `
It starts a system of its own in a temporary folder, lets people order there,
does the harm, and mends it with the tools that you would use. Yours is not
touched. Scenarios: ${allScenarios.map(({ name }) => name).join(", ")}
"lost" is what a shop that keeps its own list of acknowledged orders misses
afterwards. Exit code 0: nothing was lost.

Examples:
  npm run drill
  npm run drill -- --only rows,poison --rate 50`;

/** `waybill drill`. */
export function registerDrill(program: Command): void {
  program.command("drill")
    .description("break a system of its own in the ways that happen, mend it, and tell how long that took")
    .option("--only <names>", "these scenarios, with commas between")
    .option("--rate <n>", "orders a second meanwhile", rateOf, 20)
    .option("--harm <s>", "how long a carrier is down, and how much of the log is lost", harmOf, 60)
    .option("--json", "print the report as one JSON array")
    .addHelpText("after", help)
    .action(async ({ only, rate, harm, json }: Flags) => {
      const performed = await performDrill({
        scenarios: only === undefined ? allScenarios : only.split(",").map(named),
        ordersPerSecond: rate,
        harmMs: harm * 1_000,
        say: (line) => console.error(line),
        aborted: untilStopped().signal,
      });
      console.log(json ? JSON.stringify(performed) : drillText(performed));
      const ok = performed.every(({ lost }) => isNothing(lost));
      process.exitCode = ok ? exitCodes.ok : exitCodes.failed;
    });
}

function named(name: string) {
  const found = allScenarios.find((one) => one.name === name);
  if (found) return found;
  const names = allScenarios.map((one) => one.name).join(", ");
  throw new Failure(`Cannot perform ${name}: there are ${names}`, { exitCode: exitCodes.misused });
}

const rateOf = (text: string) => upTo(rateMax, text);
const harmOf = (text: string) => upTo(harmSecondsMax, text);

function upTo(max: number, text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value > 0 && value <= max) return value;
  throw new InvalidArgumentError(`It must be a number up to ${max}.`);
}
