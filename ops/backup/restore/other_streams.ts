import type { Broker, Stored } from "../../../streams/broker/broker.ts";
import { type CallbackPosition, positionSubject } from "../../../streams/callbacks/callback_position.ts";
import { parcelNumbers, withoutParcels } from "../../erasing/callback_packs.ts";
import { checkpointSubject } from "../../../streams/host/snapshots.ts";
import { streamNames } from "../../../streams/record.ts";
import { readChunks } from "../keep.ts";
import { keptOf, type StreamName } from "../manifest.ts";
import type { Plan } from "./plan.ts";
import { type Outgoing, publishAll, publishBatches } from "./publish_all.ts";

type Done = (count: number) => void;
const decoder = new TextDecoder(), encoder = new TextEncoder();

/** Snapshots and checkpoints as the newest backup at the cut or before had them: a later one would know more than the log. */
export async function restoreSnapshots(broker: Broker, { place, base }: Plan, done: Done): Promise<number> {
  const created = await Promise.all([broker.info(streamNames.events), broker.info(streamNames.commands)]);
  const [eventsCreatedAtMs, commandsCreatedAtMs] = created.map(({ createdAtMs }) => createdAtMs);
  await broker.skipTo(streamNames.snapshots, 1);
  if (base === undefined) return 0;
  const kept = readChunks(place, keptOf(base, streamNames.snapshots).chunks);
  const messages = async function* (): AsyncGenerator<Outgoing> {
    for await (const stored of kept) {
      const { subject, payload } = stored;
      if (!isCheckpoint(subject)) yield { subject, payload };
      // It names the streams that it was taken beside: here these are others.
      else yield { subject, payload: withFields(payload, { eventsCreatedAtMs, commandsCreatedAtMs }) };
    }
  };
  return await publishBatches(broker, messages(), done);
}

const isCheckpoint = (subject: string) =>
  /^\d+$/.test(subject.slice(checkpointSubject(0).length - 1)) &&
  subject.startsWith(checkpointSubject(0).slice(0, -1));

function withFields(payload: Uint8Array, fields: object): Uint8Array {
  return encoder.encode(JSON.stringify({ ...JSON.parse(decoder.decode(payload)), ...fields }));
}

/** What carriers sent by the cut, and how far it was worked out; what is told to a parcel twice is no harm. */
export async function restoreCallbacks(
  broker: Broker,
  plan: Plan,
  done: Done,
): Promise<{ readonly count: number; readonly position: CallbackPosition }> {
  await broker.skipTo(streamNames.callbacks, 1);
  const { createdAtMs, lastSequence } = await broker.info(streamNames.callbacks);
  const handled = await callbacksHandled(plan), numbers = parcelNumbers(plan.erased);
  let count = 0, handledCount = 0;
  const messages = async function* (): AsyncGenerator<Outgoing> {
    for await (const stored of storedBy(plan, streamNames.callbacks)) {
      const payload = withoutParcels(stored.payload, numbers);
      if (payload === undefined) continue;
      count++;
      if (stored.sequence <= handled) handledCount = count;
      yield { subject: stored.subject, payload };
    }
  };
  await publishAll(broker, messages(), { stream: streamNames.callbacks, done });
  return { count, position: { sequence: lastSequence + handledCount, streamCreatedMs: createdAtMs } };
}

/** As the newest backup at the cut or before had it: everything later is worked out again. */
async function callbacksHandled({ place, base }: Plan): Promise<number> {
  if (base === undefined) return 0;
  const { createdAtMs } = keptOf(base, streamNames.callbacks);
  let position: CallbackPosition | undefined;
  for await (const { subject, payload } of readChunks(place, keptOf(base, streamNames.registry).chunks)) {
    if (subject === positionSubject) position = JSON.parse(decoder.decode(payload)) as CallbackPosition;
  }
  return position?.streamCreatedMs === createdAtMs ? position.sequence : 0;
}

/** What operators did: also behind the cut, because it was done. */
export async function restoreOperations(broker: Broker, plan: Plan, done: Done): Promise<number> {
  const { place, newest } = plan;
  const acts = readChunks(place, keptOf(newest, streamNames.operations).chunks);
  return await publishAll(broker, acts, { stream: streamNames.operations, done });
}

async function* storedBy({ place, newest, cut, earlier }: Plan, name: StreamName): AsyncGenerator<Stored> {
  for await (const stored of readChunks(place, keptOf(newest, name).chunks)) {
    if (!earlier || stored.storedAtMs <= cut.atMs) yield stored;
  }
}
