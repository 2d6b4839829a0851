import { type Command, InvalidArgumentError } from "commander";
import type { Broker } from "../../streams/broker/broker.ts";
import { systemRuntime } from "../../streams/system_runtime.ts";
import { type DeadLetter, type DeadLetterSource, foundIn } from "../operate/dead_letters.ts";
import { undecided } from "../operate/undecided.ts";
import { undelivered } from "../operate/undelivered.ts";
import { unprojected } from "../operate/unprojected.ts";
import { unread } from "../operate/unread.ts";
import { untold } from "../operate/untold.ts";
import { openCarriers } from "../run/carriers.ts";
import { version } from "../version.ts";
import { act, type ActFlags, operatorOf, withActFlags } from "./act.ts";
import { exitCodes, Failure } from "./failure.ts";
import { withBroker } from "./with_broker.ts";
import { withRowsIfNamed } from "./with_rows.ts";

type Print = (text: string) => void;
interface ListFlags {
  readonly limit: number;
  readonly json?: boolean;
}
const listedMax = 1_000;
const runtime = systemRuntime(version);

type Sources = readonly DeadLetterSource[];

/** What lies in the log, and in the database where there is one. */
function withSources<T>(work: (sources: Sources, broker: Broker) => Promise<T>): Promise<T> {
  const adapters = async () => (await openCarriers()).adapters;
  return withRowsIfNamed((sql) =>
    withBroker("waybill dead-letters", (broker) =>
      work([
        undecided(broker, runtime),
        unread({ broker, runtime, adapters }),
        ...(sql ? [unprojected({ sql, broker, runtime }), undelivered(sql), untold(sql)] : []),
      ], broker))
  );
}

/** `waybill dead-letters list|show|retry|drop`. */
export function registerDeadLetters(program: Command, print: Print = console.log): void {
  const command = program.command("dead-letters").description(
    "what could not be done, and waits for somebody to mend, retry or drop it",
  );
  command.command("list")
    .description("each with its reason, and how many wait behind it")
    .option("--limit <n>", `how many, ${listedMax} at most`, limitOf, 100)
    .option("--json", "print a JSON array")
    .action(async ({ limit, json }: ListFlags) => {
      const found = await withSources((sources) => listAll(sources, limit));
      print(json ? JSON.stringify(found) : listText(found));
    });
  command.command("show")
    .description("all that is known of one: what it is, the error, what waits behind it")
    .argument("<id>", "as list shows it")
    .action(async (id: string) => {
      const found = await withSources((sources) => {
        const { source, key } = expectFound(sources, id);
        return source.show(key);
      });
      if (found === undefined) throw new Failure(`Cannot show ${id}: there is no such dead letter`);
      print(JSON.stringify(found, undefined, 2));
    });
  for (const does of ["retry", "drop"] as const) {
    const description = does === "retry"
      ? "do it again, and then in order what waits behind it"
      : "give it up; what waits behind it goes on";
    withActFlags(command.command(does).description(description).argument("<ids...>", "as list shows them"))
      .action(async (ids: readonly string[], flags: ActFlags) => {
        for (const id of ids) print(await change(does, id, flags));
      });
  }
}

async function listAll(sources: Sources, limit: number): Promise<DeadLetter[]> {
  const found: DeadLetter[] = [];
  for (const source of sources) {
    if (found.length < limit) found.push(...await source.list(limit - found.length));
  }
  return found;
}

function listText(found: readonly DeadLetter[]): string {
  if (found.length === 0) return "There are no dead letters.";
  return found.map(({ id, what, why, waiting }) =>
    [
      id,
      `    Cannot ${what}: ${why}`,
      ...(waiting > 0 ? [`    ${waiting} ${waiting === 1 ? "waits" : "wait"} behind it`] : []),
    ].join("\n")
  ).join("\n");
}

function expectFound(sources: Sources, id: string) {
  const found = foundIn(sources, id);
  if (found !== undefined) return found;
  const begins = sources.map(({ name }) => `${name}/`).join(" or ");
  throw new Failure(`Cannot find ${id}: an id begins with ${begins}`, { exitCode: exitCodes.misused });
}

function change(does: "retry" | "drop", id: string, flags: ActFlags): Promise<string> {
  return withSources(async (sources, broker) => {
    const { source, key } = expectFound(sources, id), there = await source.show(key);
    if (there === undefined) throw new Failure(`Cannot ${does} ${id}: there is no such dead letter`);
    if (does === "drop" && source.neverDropped) {
      throw new Failure(`Cannot drop ${id}: ${source.neverDropped}`);
    }
    return await act(broker, flags, {
      does: `dead-letters ${does}`,
      to: id,
      plan: { does, id },
      planText: `Would ${does} ${id}`,
      perform: async () => ({
        said: await source[does](key, { by: operatorOf(flags), why: flags.why ?? "" }),
      }),
      outcomeText: ({ said }) => said,
    });
  });
}

function limitOf(text: string): number {
  const limit = Number(text);
  if (/^\d+$/.test(text) && limit >= 1 && limit <= listedMax) return limit;
  throw new InvalidArgumentError(`It must be a number from 1 to ${listedMax}.`);
}
