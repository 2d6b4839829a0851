import type { HeldNow, LogNow, ReaderNow } from "../../http/ops/console.ts";
import type { Sql } from "../../projections/database.ts";
import { projectedTo } from "../../projections/console/outgoing_now.ts";
import type { Broker } from "../../streams/broker/broker.ts";
import { countCallbacks } from "../../streams/callbacks/callback_position.ts";
import { type LogStatus, readStatus } from "../../streams/cluster/status.ts";
import { Fault } from "../../streams/faults.ts";
import { openSwitches } from "../../streams/operations/switches.ts";
import type { Runtime } from "../../streams/runtime.ts";
import { nextStoredAtMs } from "../cli/log_readers.ts";
import type { DeadLetterSource } from "../operate/dead_letters.ts";
import { heldActors, readHeld } from "../operate/held.ts";

/** Heartbeats stay for an hour: who is silent for longer than this is not shown. */
const silenceMsMax = 60_000;
const lettersMax = 100;

/** What the log says of itself, and how far its readers are. */
export async function readLog(broker: Broker, sql: Sql, nowMs: number): Promise<LogNow> {
  const status = await readStatus(broker, nowMs);
  if (status === undefined) throw new Fault("log.unavailable", "Cannot read the log: there is none yet");
  const { partitions, streams } = status;
  const members = status.members.filter(({ state, stampMs }) =>
    state !== "gone" && nowMs - stampMs < silenceMsMax
  );
  return { partitions, streams, members, readers: await readersNow(broker, sql, { status, nowMs }) };
}

/** Everything that reads the log and notes how far it is. */
async function readersNow(
  broker: Broker,
  sql: Sql,
  { status, nowMs }: { readonly status: LogStatus; readonly nowMs: number },
): Promise<readonly ReaderNow[]> {
  const { behind } = await countCallbacks(broker);
  const heads = new Map(status.partitions.map(({ partition, head }) => [partition, head]));
  const projected = (await projectedTo(sql)).filter(({ partition }) => heads.has(partition));
  const rows = await Promise.all(projected.map(async ({ projection, partition, sequence }) => {
    const missing = Math.max(0, heads.get(partition)! - sequence);
    const storedAtMs = missing === 0 ? nowMs : await nextStoredAtMs(broker, partition, sequence + 1);
    return { reader: projection, partition, behind: missing, waitingMs: Math.max(0, nowMs - storedAtMs) };
  }));
  return [{ reader: "callbacks", behind }, ...rows];
}

/** What operators and defects hold back. */
export async function readHeldNow(
  broker: Broker,
  runtime: Pick<Runtime, "newId">,
  sources: readonly DeadLetterSource[],
): Promise<HeldNow> {
  const [switches, held] = await Promise.all([
    openSwitches(broker, runtime).list(),
    readHeld(broker, runtime),
  ]);
  const paused = heldActors(held).filter(({ because }) => because === "paused");
  const deadLetters = (await Promise.all(sources.map((source) => source.list(lettersMax)))).flat();
  return {
    switches,
    paused: paused.map(({ actor, waiting }) => ({ target: actor, waiting: waiting.length })),
    deadLetters: deadLetters.slice(0, lettersMax),
  };
}
