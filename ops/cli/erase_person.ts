import type { Command } from "commander";
import process from "node:process";
import type { Json } from "../../actors/actor.ts";
import { type ActorId, actorId } from "../../actors/ids.ts";
import type { ErasePerson } from "../../actors/commands.ts";
import { type Sql } from "../../projections/database.ts";
import type { Broker } from "../../streams/broker/broker.ts";
import { readMap } from "../../streams/cluster/map_store.ts";
import { createAsk } from "../../streams/edge/ask.ts";
import type { Asked } from "../../streams/edge/asking.ts";
import { systemRuntime } from "../../streams/system_runtime.ts";
import { openToRead } from "../backup/open_place.ts";
import { eraseAll } from "../erasing/erase_all.ts";
import { untilRowsKnow } from "../erasing/erase_rows.ts";
import { withErasingLock } from "../erasing/erasing_lock.ts";
import { findPerson, type FoundPerson, namedBy } from "../erasing/find_person.ts";
import { findTexts, type Occurrences, type Searched } from "../erasing/prove.ts";
import { textsLeft } from "../erasing/texts_left.ts";
import { readHeld } from "../operate/held.ts";
import { partitionMapOf } from "../operate/operator.ts";
import { version } from "../version.ts";
import { act, type ActFlags, expectReason, withActFlags } from "./act.ts";
import { exitCodes, Failure } from "./failure.ts";
import { showProgress } from "./progress.ts";
import { withBroker } from "./with_broker.ts";
import { withRows } from "./with_rows.ts";
import { counted } from "./counted.ts";

interface Flags extends ActFlags {
  readonly customer?: string;
  readonly person?: string;
  readonly retentionYears: string;
  readonly backups?: string;
}

const runtime = systemRuntime(version);
const patienceMs = 10_000, statementMsMax = 600_000;
const retentionYears = 10;

/** `waybill erase-person`. */
export function registerErasePerson(program: Command, print: (text: string) => void = console.log): void {
  const command = program.command("erase-person")
    .description("forget a person everywhere, keep the books, and prove it")
    .option("--customer <who>", "the id or e-mail address that orders have, or channel/id")
    .option(
      "--person <id>",
      "go on with an erasure that was begun, or do one again: its id; --customer beside it looks for that, too",
    )
    .option(
      "--retention-years <n>",
      "documents of so many years keep their party block",
      String(retentionYears),
    )
    .option("--backups <place>", "look into the index of these backups, too");
  withActFlags(command).addHelpText("after", help).action(async (flags: Flags) => print(await run(flags)));
}

const help = `
A place that backups were taken to before holds the person until you delete it; a restore from it
forgets the person again. The command may run as often as you like: it finds what came since.`;

async function run(flags: Flags): Promise<string> {
  expectReason("erase-person", flags);
  if (flags.customer === undefined && flags.person === undefined) {
    throw misused("say who, with --customer or with --person");
  }
  const erasing = (sql: Sql) => withBroker("waybill erase-person", (broker) => erase(broker, sql, flags));
  return await withRows("find what rows know of a person", erasing, { statementMsMax });
}

async function erase(broker: Broker, sql: Sql, flags: Flags): Promise<string> {
  const progress = showProgress(process.stderr), backups = flags.backups;
  const searched: Searched = { broker, sql, progress, ...(backups && { backups: openToRead(backups) }) };
  const id = flags.person ?? runtime.newId(), partitions = (await partitionMapOf(broker)).partitions;
  const followed = { partitions: partitions.map(({ partition }) => partition), sleep: runtime.sleep };
  await untilRowsKnow(broker, sql, followed);
  const found = flags.person === undefined
    ? await findPerson(sql, namedBy(flags.customer!), retainedSince(flags))
    : await begun(broker, sql, flags);
  const { actors, kept, texts } = found, before = await findTexts(texts, searched);
  if (actors.length === 0) {
    throw new Failure(
      `Cannot erase ${flags.customer}: nobody is known by that; an erasure that was interrupted goes on with --person`,
    );
  }
  const plan = { person: id, actors: [...actors], kept: [...kept], found: occurrencesJson(before) };
  return await act(broker, flags, {
    does: "erase-person",
    to: `person:${id}`, // The operators' log must not know whom.
    plan,
    planText: planText(found, before),
    perform: async () => {
      await expectNothingHeld(broker);
      await record(broker, id, { type: "erase", actors, kept });
      const erased = await withErasingLock(
        broker,
        runtime,
        (lock) => eraseAll(broker, { sql, found, progress, lock, runtime }),
      ).catch((error: unknown) => {
        throw new Failure(`${textOf(error)}\nIt goes on with --person ${id}`);
      });
      const left = await findTexts(texts, searched);
      return { person: id, erased, left: occurrencesJson(left), kept: kept.length };
    },
    outcomeText,
  });
}

/** The personal part of a command that is held back is in COMMANDS alone, packed with those of others. */
async function expectNothingHeld(broker: Broker): Promise<void> {
  const { partitions } = await readHeld(broker, runtime);
  const held = partitions.reduce(
    (sum, { state: { parked, stopped } }) => sum + parked.length + stopped.size,
    0,
  );
  if (held === 0) return;
  throw new Failure(
    `Cannot erase: ${counted(held, "command is", "commands are")} held back; resume, retry or drop ${
      held === 1 ? "it" : "them"
    } first (npx waybill inspect)`,
  );
}

/** First of all, it stands in the log: whatever becomes of the rest, a restore knows it. */
async function record(broker: Broker, id: string, command: ErasePerson): Promise<void> {
  const asked = await ask(broker, id, command);
  if (asked.kind === "answered" && asked.answer.ok) return;
  throw new Failure(
    `Cannot record that the person is erased (${asked.kind}): does a host run? Nothing was erased`,
  );
}

/** Whom an interrupted erasure meant, and what is left of them; what the operator calls them is looked for, too. */
async function begun(broker: Broker, sql: Sql, flags: Flags): Promise<FoundPerson> {
  const id = flags.person!, asked = await ask(broker, id, { type: "read" });
  if (asked.kind !== "answered" || !asked.answer.ok) {
    throw new Failure(`Cannot go on with person:${id}: no erasure was begun under this name`);
  }
  const { actors, kept } = JSON.parse(asked.answer.json) as Pick<FoundPerson, "actors" | "kept">;
  const left = await textsLeft(broker, new Set(actors));
  if (flags.customer === undefined) return { actors, kept, ...left };
  const named = namedBy(flags.customer), rows = await findPerson(sql, named, retainedSince(flags));
  const said = named.customer.includes("@") ? [named.customer] : [];
  return {
    ...{ actors, kept },
    texts: [...new Set([...left.texts, ...rows.texts, ...said])],
    unique: [...new Set([...left.unique, ...rows.unique, ...said])],
  };
}

async function ask(
  broker: Broker,
  id: string,
  command: ErasePerson | { readonly type: "read" },
): Promise<Asked> {
  const stored = await readMap(broker);
  if (!stored) throw new Failure("Cannot erase: there is no log yet");
  const asker = createAsk({
    ...{ broker, runtime, edgeId: runtime.newId(), newId: runtime.newId },
    partitionOf: (actor: ActorId) => stored.map.partitionOf(actor),
  });
  try {
    return await asker.ask({ to: actorId("person", id), command, patienceMs });
  } finally {
    asker.stop();
  }
}

/** The first day of which documents must be kept. */
function retainedSince({ retentionYears: text }: Flags): string {
  const years = Number(text);
  if (!/^\d{1,2}$/.test(text)) throw misused("--retention-years must be a number of years");
  const day = new Date(runtime.nowMs());
  day.setUTCFullYear(day.getUTCFullYear() - years);
  return day.toISOString().slice(0, "2026-11-22".length);
}

const occurrencesJson = (found: Occurrences): Json => ({
  streams: { ...found.streams },
  tables: { ...found.tables },
  ...(found.backupIndex !== undefined && { backupIndex: found.backupIndex }),
});

function planText({ actors, kept }: FoundPerson, found: Occurrences): string {
  return [
    `${actors.length} orders, credits and parcels: ${actors.slice(0, shownMax).join(", ")}`,
    `${kept.length} of them ${
      kept.length === 1 ? "has" : "have"
    } documents that must be kept: name and address stay there alone`,
    "The person's name, addresses and numbers stand in:",
    ...occurrenceLines(found),
  ].join("\n");
}
const shownMax = 10;

interface Outcome {
  readonly [name: string]: Json;
  readonly person: string;
  readonly erased: { readonly [where: string]: number };
  readonly left: Json;
  readonly kept: number;
}

function outcomeText({ person, erased, left, kept }: Outcome): string {
  const lines = occurrenceLines(left as unknown as Occurrences);
  return [
    `Erased as person:${person}: ${
      Object.entries(erased).map(([what, count]) => `${what} ${count}`).join(", ")
    }`,
    kept > 0
      ? `What is left, for ${counted(kept, "order")} with documents, or of others with the same name:`
      : "What is left:",
    ...lines,
  ].join("\n");
}

function occurrenceLines({ streams, tables, backupIndex }: Occurrences): string[] {
  const all = {
    ...streams,
    ...tables,
    ...(backupIndex !== undefined && { "index of backups": backupIndex }),
  };
  return Object.entries(all).map(([where, count]) => `  ${where.padEnd(24)} ${count}`);
}

const textOf = (error: unknown) => error instanceof Error ? error.message : String(error);
const misused = (why: string) => new Failure(`Cannot erase: ${why}`, { exitCode: exitCodes.misused });
