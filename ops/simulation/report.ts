import { promises } from "./auditor/violation.ts";
import type { SeedResult } from "./run_seed.ts";

/** How a seed went, without its trace. */
export type Brief = Omit<SeedResult, "trace">;

export function briefOf({ trace: _, ...brief }: SeedResult): Brief {
  return brief;
}

const columns = 80, tailLines = 30;
const figure = (value: number) => Math.round(value).toLocaleString("en-GB");

/** What went wrong, in one line. */
export function failureLine({ seed, failure }: Brief): string {
  return cut(`seed ${seed}: ${failure!.promise}: ${failure!.facts.split("\n")[0]}`);
}

/** What a reader wants to know of one seed; on failure also the end of its story and how to see it again. */
export function seedReport(result: SeedResult, again: string): string[] {
  const { seed, failure, steps, virtualMs, records, asked, answers, hash, trace } = result;
  const figures = [
    `${figure(steps)} steps, ${figure(virtualMs / 1_000)} s of virtual time, trace ${hash}`,
    `${figure(asked)} requests, ${figure(answers)} answers, ${figure(records)} turn records`,
  ];
  if (failure === undefined) return [`seed ${seed}: every promise was kept`, ...figures];
  const meaning = failure.promise === "crash" ? "the simulation itself broke" : promises[failure.promise];
  return [
    ...trace.tail().slice(-tailLines).map(cut),
    "",
    `seed ${seed}: BROKEN (${failure.promise})`,
    meaning,
    ...wrapped(failure.facts),
    ...figures,
    `again: ${again}`,
  ];
}

const cut = (line: string) => line.length > columns ? `${line.slice(0, columns - 1)}…` : line;

function wrapped(text: string): string[] {
  return text.split("\n").slice(0, 12).flatMap((line) => line.match(/.{1,80}/g) ?? [""]);
}
