import type { Command } from "commander";
import process from "node:process";
import { actorsByKind } from "../../actors/registry.ts";
import { checkDecisions, type Checked } from "../../streams/redeciding/check.ts";
import type { Difference } from "../../streams/redeciding/differences.ts";
import { expectPartition } from "../operate/operator.ts";
import { nothingDecided } from "../reading/nothing_decided.ts";
import { readingProgress } from "../reading/progress.ts";
import { rangeOf } from "../reading/range.ts";
import { wrapped } from "../reading/show_text.ts";
import { Tally } from "../reading/tally.ts";
import { exitCodes } from "./failure.ts";
import { partitionOf } from "./stream.ts";
import { withBroker } from "./with_broker.ts";
import { counted } from "./counted.ts";

interface Flags {
  readonly from?: string;
  readonly to?: string;
  readonly partition?: string;
  readonly json?: boolean;
}
/** What `--json` prints; of the differences only the first are in it. */
interface Report extends Checked {
  readonly byKind: readonly { readonly name: string; readonly count: number }[];
  readonly found: readonly Difference[];
}

const foundMax = 20, valueCharsMax = 400;

const help = `
Each recorded turn is put together again from what it was given, and decided by
this code on the state that the log had made before it; events, messages,
timers, answers and what could not be decided are compared. A log that older
code wrote may differ where its rules were others. No snapshot is believed, and
nothing is written. All actors of the log are kept in memory, about 2 KB each.
Exit code 1: something was decided otherwise, or nothing was there to decide.

Examples:
  npx waybill decide-check
  npx waybill decide-check --from 2026-11-22T00:00:00Z --partition 3 --json`;

/** `waybill decide-check`. */
export function registerDecideCheck(program: Command, print: (text: string) => void = console.log): void {
  program.command("decide-check")
    .description("decide what is recorded again with the same code, and compare; writes nothing")
    .option("--from <moment>", "from there on: a time, a sequence, partition:sequence")
    .option("--to <moment>", "up to there")
    .option("--partition <n>", "only what this partition decided")
    .option("--json", "print one JSON object")
    .addHelpText("after", help)
    .action((flags: Flags) => run(flags, print));
}

async function run(flags: Flags, print: (text: string) => void): Promise<void> {
  const partition = flags.partition === undefined ? undefined : partitionOf(flags.partition);
  const progress = readingProgress(process.stderr),
    found: Difference[] = [],
    kinds = new Tally<Difference>(0);
  const checked = await withBroker("waybill decide-check", async (broker) => {
    if (partition !== undefined) await expectPartition(broker, partition);
    const { toSequence, holds } = await rangeOf(broker, flags);
    return await checkDecisions(broker, {
      actors: actorsByKind,
      wanted: (record, sequence) =>
        (partition === undefined || record.partition === partition) && holds(record, sequence),
      differs: (difference) => {
        kinds.add(difference.what, difference);
        if (found.length < foundMax) found.push(difference);
      },
      progress: progress.at,
      ...(toSequence !== Infinity && { toSequence }),
    });
  }).finally(() => progress.end());
  const byKind = kinds.rows().map(({ name, count }) => ({ name, count })),
    report = { ...checked, byKind, found };
  print(flags.json ? JSON.stringify(report) : reportText(report));
  if (checked.differences > 0 || checked.decided === 0) process.exitCode = exitCodes.failed;
}

function reportText({ records, decided, commands, events, differences, byKind, found }: Report): string {
  const looked = `${decided} of ${counted(records, "turn")} (commands, messages and timers: ${commands}; ${
    counted(events, "event")
  })`;
  if (decided === 0) return nothingDecided(records);
  if (differences === 0) return wrapped(`The same: ${looked} were decided again, and nothing differs`, 0);
  return [
    ...found.flatMap(differenceText),
    ...(differences > found.length ? [`… and ${differences - found.length} more`, ""] : []),
    wrapped(
      `DIFFERENT: ${counted(differences, "difference")} in ${looked}: ${
        byKind.map(({ name, count }) => `${count} ${name}`).join(", ")
      }`,
      0,
    ),
  ].join("\n");
}

function differenceText(
  { partition, sequence, atMs, what, of, cause, recorded, decided }: Difference,
): readonly string[] {
  const value = (values: Difference["recorded"]) => {
    const text = values.length === 0 ? "nothing" : values.map((one) => JSON.stringify(one)).join(" ");
    return wrapped(text.length > valueCharsMax ? `${text.slice(0, valueCharsMax - 1)}…` : text, 12);
  };
  const by = cause ? `, by ${cause.type ?? "what follows from"} ${cause.id}` : "";
  return [
    wrapped(`${new Date(atMs).toISOString()}  ${partition}:${sequence}  ${what} of ${of}${by}`, 4),
    `  recorded: ${value(recorded)}`,
    `  decided:  ${value(decided)}`,
    "",
  ];
}
