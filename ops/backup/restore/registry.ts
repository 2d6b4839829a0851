import type { Broker, Stored } from "../../../streams/broker/broker.ts";
import { type CallbackPosition, positionSubject } from "../../../streams/callbacks/callback_position.ts";
import { writeMap } from "../../../streams/cluster/map_store.ts";
import { openRegistry } from "../../../streams/edge/registry.ts";
import { type Mark, streamNames } from "../../../streams/record.ts";
import type { Runtime } from "../../../streams/runtime.ts";
import { effectRows } from "../../cli/log_readers.ts";
import { readChunks } from "../keep.ts";
import type { LogHeads } from "../log_heads.ts";
import { keptOf } from "../manifest.ts";
import type { Plan } from "./plan.ts";
import { type Outgoing, publishAll } from "./publish_all.ts";

/** What belongs to the processes and streams that were: here others run, beside other streams. */
const madeAnew = [
  "registry.cluster.",
  "registry.head.",
  "registry.effects.",
  "registry.erasing.",
  "registry.lost.",
  "registry.restore.",
  "registry.verify.",
  "registry.settled-callbacks.", // Names messages of CALLBACKS, which are counted anew.
];
const decoder = new TextDecoder(), encoder = new TextEncoder();

/**
 * API keys, webhook endpoints, what people want to hear, and whatever else is set: as the newest backup has it, also when an earlier
 * point is restored. A key that was revoked since stays revoked.
 */
export async function restoreSettings(
  broker: Broker,
  plan: Plan,
  done: (count: number) => void,
): Promise<number> {
  const { place, newest, cut } = plan, latest = new Map<string, Stored>();
  for await (const stored of readChunks(place, keptOf(newest, streamNames.registry).chunks)) {
    const ours = stored.subject === positionSubject || madeAnew.some((one) => stored.subject.startsWith(one));
    if (!ours) latest.set(stored.subject, stored);
  }
  const messages = async function* (): AsyncGenerator<Outgoing> {
    for (const { subject, payload } of latest.values()) {
      yield { subject, payload: since(subject, payload, cut.sequence) };
    }
  };
  return await publishAll(broker, messages(), { stream: streamNames.registry, done });
}

/** An endpoint is told what happens behind the record that it was made at; behind the cut these are other records. */
function since(subject: string, payload: Uint8Array, sequence: number): Uint8Array {
  if (!subject.startsWith("registry.webhooks.")) return payload;
  const value = JSON.parse(decoder.decode(payload)) as { readonly since?: unknown };
  if (typeof value?.since !== "number" || value.since <= sequence) return payload;
  return encoder.encode(JSON.stringify({ ...value, since: sequence }));
}

/**
 * Leases of former hosts were sequences of REGISTRY, and checkpoints name them: those of now must be later.
 */
export async function beginRegistry(broker: Broker, { newest }: Plan): Promise<void> {
  await broker.skipTo(streamNames.registry, keptOf(newest, streamNames.registry).last + 1);
}

/** What the processes find that are started next; the map comes last, because it is what they wait for. */
export async function beginAgain(
  broker: Broker,
  runtime: Runtime,
  plan: Plan,
  { callbacks, heads }: { readonly callbacks: CallbackPosition; readonly heads: LogHeads },
): Promise<void> {
  const position = encoder.encode(JSON.stringify(callbacks));
  await publishAll(broker, only({ subject: positionSubject, payload: position }), {
    stream: streamNames.registry,
  });
  await countAsSent(broker, runtime, plan.resend ?? heads);
  await writeMap(broker, runtime, plan.map, 0);
}

/** Mail, messages and webhooks that follow from records up to here were sent, as far as anybody will ever know (DESIGN 8). */
async function countAsSent(broker: Broker, runtime: Runtime, heads: LogHeads): Promise<void> {
  const { createdAtMs: streamCreatedMs } = await broker.info(streamNames.events);
  const registry = openRegistry(broker, "effects", runtime), nothing: Mark = { sequence: 0, hash: "" };
  for (const projection of Object.values(effectRows)) {
    for (const { partition, sequence, hash } of heads.all()) {
      const to = { sequence, hash };
      await registry.put(`${projection}-${partition}`, {
        database: "none",
        from: { ...nothing },
        to,
        streamCreatedMs,
      });
    }
  }
}

async function* only(message: Outgoing): AsyncGenerator<Outgoing> {
  yield await Promise.resolve(message);
}
