import { nothingDecided } from "./nothing_decided.ts";
import { wrapped } from "./show_text.ts";
import type { Compared, WhatIfReport } from "./what_if_report.ts";
import { counted } from "../cli/counted.ts";

/** What `what-if` says in a terminal. */
export function whatIfText(report: WhatIfReport): string {
  const { records, decidedRecords, commands, outcomes, actors, dead } = report;
  if (decidedRecords === 0) return nothingDecided(records);
  const changed = sum(actors), answers = sum(outcomes);
  const summary = changed + answers + dead.length === 0
    ? "Nothing changes"
    : `${counted(answers, "answer changes", "answers change")}, and ${
      counted(changed, "actor ends", "actors end")
    } otherwise`;
  const looked = `${counted(commands, "command")} in ${decidedRecords} of ${
    counted(records, "turn record")
  } ${commands === 1 ? "was" : "were"} decided`;
  return [...answersText(report), ...amountsText(report), ...partingsText(report), ...limitsText(report)]
    .concat(wrapped(`${summary}: ${looked}. Nothing was written.`, 0)).join("\n");
}

const sum = (rows: readonly { readonly count: number }[]) => rows.reduce((all, { count }) => all + count, 0);

function answersText({ outcomes, statuses }: WhatIfReport): readonly string[] {
  return [
    ...section(
      "Commands answered otherwise",
      outcomes.flatMap((
        { name, count, examples },
      ) => [`${count} x ${name}`, ...examples.map((one) => `  ${one}`)]),
    ),
    ...section(
      "Orders that end otherwise",
      statuses.flatMap(({ name, count, examples }) => [`${count} x ${name}`, `  ${examples.join(", ")}`]),
    ),
  ];
}

function amountsText({ money, stock, events }: WhatIfReport): readonly string[] {
  return [
    ...section("Money", money.map(comparedText)),
    ...section("Stock (units)", stock.map(comparedText)),
    ...section("Events of actors that differ", events.map(comparedText)),
  ];
}

function partingsText({ actors, dead }: WhatIfReport): readonly string[] {
  const partings = actors.flatMap(({ name, count, examples }) => [
    `${count} x ${name}`,
    ...examples.flatMap(({ actor, position, cause, recorded, decided }) => [
      `  ${actor} at ${position}, ${cause}`,
      `    recorded: ${saidOf(recorded, decided)}`,
      `    decided:  ${saidOf(decided, recorded)}`,
    ]),
  ]);
  const died = dead.flatMap((
    { name, count, examples },
  ) => [`${count} x ${name}`, `  ${examples.join(", ")}`]);
  return [...section("Where they part", partings), ...section("Could not be decided", died)];
}

function limitsText({ timers: { fired, gone, own }, notFollowed }: WhatIfReport): readonly string[] {
  const { undecided, onlyRecorded, onlyDecided } = notFollowed;
  const fires = `${fired} fired as before, ${gone} were not set, ${own} fired that were not set before`;
  return [
    ...section("Timers", gone + own === 0 ? [] : [fires]),
    ...section("Not followed further", [
      ...(undecided > 0
        ? [`${counted(undecided, "message was", "messages were")} on the way as the window ended`]
        : []),
      ...(onlyRecorded > 0 ? [`answered then, and waiting now: ${counted(onlyRecorded, "command")}`] : []),
      ...(onlyDecided > 0 ? [`answered now, and waiting then: ${counted(onlyDecided, "command")}`] : []),
    ]),
  ];
}

function section(title: string, lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return [];
  return [title, ...lines.map((line) => `  ${indented(line)}`), ""];
}

function indented(line: string): string {
  const [indent = ""] = /^ */.exec(line) ?? [];
  return `${indent}${wrapped(line.trim(), indent.length + 4)}`;
}

type Happened = WhatIfReport["actors"][number]["examples"][number]["recorded"];
const dataCharsMax = 200;

/** What happened; where it is the same kind of thing on both sides, what it says. */
function saidOf(side: Happened, other: Happened): string {
  const [first] = side;
  if (!first) return "nothing more";
  if (first.type !== other[0]?.type) return side.map(({ type }) => type).join(", ");
  const text = JSON.stringify(first.data);
  return `${first.type} ${text.length > dataCharsMax ? `${text.slice(0, dataCharsMax - 1)}…` : text}`;
}

function comparedText({ name, recorded, decided, difference }: Compared): string {
  return `${name}: ${recorded} -> ${decided} (${difference.startsWith("-") ? "" : "+"}${difference})`;
}
