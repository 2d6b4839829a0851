import type { Command } from "commander";
import process from "node:process";
import { actorsByKind } from "../../actors/registry.ts";
import { whatIf } from "../../streams/redeciding/what_if.ts";
import { actorsIn } from "../reading/other_code.ts";
import { readingProgress } from "../reading/progress.ts";
import { rangeOf } from "../reading/range.ts";
import { WhatIfSummary } from "../reading/what_if_report.ts";
import { whatIfText } from "../reading/what_if_text.ts";
import { exitCodes } from "./failure.ts";
import { withBroker } from "./with_broker.ts";

interface Flags {
  readonly code?: string;
  readonly json?: boolean;
}

const help = `
Everything in front of the window is folded as it is recorded; what was asked
within it is decided again, each decision on what the earlier ones of the same
code have made. Messages between actors and timers are those of the new
decisions; commands come as they came. It cannot know what customers, carriers
and colleagues would have done after another answer.
DIR is another checkout of this project, with its packages installed (npm ci).
Without --code this code decides, and nothing should change. All actors of the
log are kept in memory, about 2 KB each. Exit code 1: nothing was there to
decide.

Examples:
  npx waybill what-if 2026-11-22T00:00:00Z 2026-11-22T23:59:59Z --code ../waybill-next
  npx waybill what-if 1 250000 --json`;

/** `waybill what-if <from> <to>`. */
export function registerWhatIf(program: Command, print: (text: string) => void = console.log): void {
  program.command("what-if")
    .description("decide what is recorded with other code, and say what changes; writes nothing")
    .argument("<from>", "the first moment: a time, a sequence, or partition:sequence")
    .argument("<to>", "the last one")
    .option("--code <dir>", "another checkout, whose actors/registry.ts decides")
    .option("--json", "print one JSON object")
    .addHelpText("after", help)
    .action((from: string, to: string, flags: Flags) => run({ from, to }, flags, print));
}

async function run(
  bounds: { from: string; to: string },
  { code, json }: Flags,
  print: (text: string) => void,
): Promise<void> {
  const actors = code === undefined ? actorsByKind : await actorsIn(code);
  const progress = readingProgress(process.stderr), summary = new WhatIfSummary();
  const result = await withBroker("waybill what-if", async (broker) => {
    const { toSequence, holds } = await rangeOf(broker, bounds);
    return await whatIf(broker, {
      actors,
      begins: holds,
      changed: summary.changed,
      differs: summary.differs,
      progress: progress.at,
      ...(toSequence !== Infinity && { toSequence }),
    });
  }).finally(() => progress.end());
  const report = summary.report(result, actors);
  print(json ? JSON.stringify(report) : whatIfText(report));
  if (report.decidedRecords === 0) process.exitCode = exitCodes.failed;
}
