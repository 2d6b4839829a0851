import type { CarrierAdapter } from "../../http/carriers/adapter.ts";
import { callbackHandler, type Handled, parcelsSaid } from "../../http/carriers/callback_handler.ts";
import type { Broker } from "../../streams/broker/broker.ts";
import { type Callback, decodeCallbacks } from "../../streams/callbacks/callback_pack.ts";
import { createAsk } from "../../streams/edge/ask.ts";
import { openRegistry } from "../../streams/edge/registry.ts";
import { readUpto } from "../reading/read_upto.ts";
import { streamNames } from "../../streams/record.ts";
import type { Runtime } from "../../streams/runtime.ts";
import { Failure } from "../cli/failure.ts";
import { type DeadLetterSource, idOf, type Operator } from "./dead_letters.ts";
import { partitionMapOf } from "./operator.ts";
import { counted } from "../cli/counted.ts";

const name = "unread", shownCharsMax = 2_000;
/** As far back as CALLBACKS is looked through, in messages. */
const lookedMax = 100_000;

export interface UnreadOptions {
  readonly broker: Broker;
  readonly runtime: Pick<Runtime, "nowMs" | "elapsedMs" | "after" | "newId">;
  readonly adapters: () => Promise<ReadonlyMap<string, CarrierAdapter>>;
}
interface Kept {
  readonly key: string;
  readonly callback: Callback;
  readonly why: string;
}

/** What carriers sent and nobody could read: kept, until today's tables can, or somebody drops it. They hold up nothing. */
export function unread({ broker, runtime, adapters }: UnreadOptions): DeadLetterSource {
  // CALLBACKS itself is not changed: what is settled is noted beside it.
  const settled = openRegistry(broker, "settled-callbacks", runtime);
  const settle = (key: string, how: string, { by, why }: Operator) =>
    settled.put(key, { how, by, why, atMs: runtime.nowMs() });
  return {
    name,
    list: async (limit) => {
      const done = new Set((await settled.list()).map(({ key }) => key)), found = [];
      for await (const { key, callback: { carrier, atMs }, why } of unreadIn(broker, await adapters())) {
        if (done.has(key)) continue;
        const at = new Date(atMs).toISOString().slice(0, 19);
        found.push({ id: idOf(name, key), what: `read what ${carrier} sent at ${at}Z`, why, waiting: 0 });
        if (found.length >= limit) break;
      }
      return found;
    },
    show: async (key) => {
      const kept = await keptAt(broker, key);
      if (kept === undefined || await settled.get(key)) return undefined;
      const { id, carrier, atMs, contentType, unreadable, body } = kept;
      const text = new TextDecoder().decode(body).slice(0, shownCharsMax);
      return { id, carrier, at: new Date(atMs).toISOString(), contentType, unreadable, body: text };
    },
    retry: async (key, act) => {
      const kept = await expectKept(broker, "retry", key);
      const handled = await handleAgain(kept, { broker, runtime, adapters });
      if (handled.result !== "told") {
        throw new Failure(
          `Cannot retry ${idOf(name, key)}: still ${handled.result}: ${handled.why ?? "no reason"}`,
        );
      }
      await settle(key, "retried", act);
      return `${counted(handled.parcels, "parcel was", "parcels were")} told what ${kept.carrier} sent`;
    },
    drop: async (key, act) => {
      await expectKept(broker, "drop", key);
      await settle(key, "dropped", act);
      return `${idOf(name, key)} is not shown any more; CALLBACKS keeps it as long as all others`;
    },
  };
}

/** The newest messages, oldest first: those that the edge marked, and those that today's code cannot read. */
async function* unreadIn(
  broker: Broker,
  adapters: ReadonlyMap<string, CarrierAdapter>,
): AsyncGenerator<Kept> {
  const { firstSequence } = await broker.info(streamNames.callbacks);
  const lastSequence = (await broker.last(streamNames.callbacks, "callbacks.>"))?.sequence ?? 0;
  if (lastSequence < firstSequence) return;
  const fromSequence = Math.max(firstSequence, lastSequence - lookedMax + 1);
  const range = { from: fromSequence, until: lastSequence };
  for await (const batch of readUpto(broker, streamNames.callbacks, range)) {
    for (const { sequence, payload } of batch) {
      for (const [index, callback] of decodeCallbacks(payload).entries()) {
        const why = callback.unreadable ?? troubleWith(adapters.get(callback.carrier), callback);
        if (why !== undefined) yield { key: `${sequence}.${index}`, callback, why };
      }
    }
  }
}

/** Why this code cannot read it; undefined when it can. */
function troubleWith(adapter: CarrierAdapter | undefined, callback: Callback): string | undefined {
  if (adapter === undefined) return `there is no carrier ${callback.carrier}`;
  try {
    parcelsSaid(adapter, callback);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function keptAt(broker: Broker, key: string): Promise<Callback | undefined> {
  const [, sequence, index] = /^(\d{1,15})\.(\d{1,6})$/.exec(key) ?? [];
  if (sequence === undefined) return undefined;
  const stored = await broker.at(streamNames.callbacks, Number(sequence));
  return stored && decodeCallbacks(stored.payload)[Number(index)];
}

async function expectKept(broker: Broker, does: string, key: string): Promise<Callback> {
  const kept = await keptAt(broker, key);
  if (kept === undefined) throw new Failure(`Cannot ${does} ${idOf(name, key)}: it is not kept any more`);
  return kept;
}

/** Tells parcels what it says by today's code, as the role `deliver` does. */
async function handleAgain(
  callback: Callback,
  { broker, runtime, adapters }: UnreadOptions,
): Promise<Handled> {
  const { partitionOf } = await partitionMapOf(broker);
  const asker = createAsk({ broker, edgeId: runtime.newId(), partitionOf, runtime, newId: runtime.newId });
  let done: Handled | undefined;
  try {
    const handled = (what: Handled) => void (done = what);
    await callbackHandler({ adapters: await adapters(), ask: asker.ask, handled })([callback]);
  } finally {
    asker.stop();
  }
  if (done === undefined) throw new Failure("Cannot retry: nothing was made of it");
  return done;
}
