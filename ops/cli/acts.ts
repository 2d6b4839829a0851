import { type Command, InvalidArgumentError } from "commander";
import { type Act, actLimits, readActs } from "../../streams/operations/acts.ts";
import { withBroker } from "./with_broker.ts";

interface Flags {
  readonly limit: number;
  readonly json?: boolean;
}

/** `waybill acts`: what operators did, and why. */
export function registerActs(program: Command, print: (text: string) => void = console.log): void {
  program.command("acts")
    .description("what operators did to this system, newest first: who, when, why, and how it ended")
    .option("--limit <n>", `how many, ${actLimits.listedMax} at most`, limitOf, 20)
    .option("--json", "print a JSON array")
    .action(async ({ limit, json }: Flags) => {
      const acts = await withBroker("waybill acts", (broker) => readActs(broker, limit));
      if (json) return print(JSON.stringify(acts));
      print(acts.length === 0 ? "Nothing was done yet." : acts.map(actText).join("\n"));
    });
}

const ended = { begun: "begun, not ended", done: "done", failed: "FAILED" } as const;

function actText({ atMs, by, does, to, why, state, outcome }: Act): string {
  const head = `${new Date(atMs).toISOString().slice(0, 19)}Z  ${does} ${to}  ${ended[state]}`;
  const failure = state === "failed" ? [`    ${outcome}`] : [];
  return [head, why === "" ? `    by ${by}` : `    by ${by}: ${why}`, ...failure].join("\n");
}

function limitOf(text: string): number {
  const limit = Number(text);
  if (/^\d+$/.test(text) && limit >= 1 && limit <= actLimits.listedMax) return limit;
  throw new InvalidArgumentError(`It must be a number from 1 to ${actLimits.listedMax}.`);
}
