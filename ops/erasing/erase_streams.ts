import { type ActorId, keyOf, kindOf } from "../../actors/ids.ts";
import type { Broker, Stored } from "../../streams/broker/broker.ts";
import { readCallbackPosition } from "../../streams/callbacks/callback_position.ts";
import { Fault } from "../../streams/faults.ts";
import { decodePack } from "../../streams/host/decode_pack.ts";
import { streamNames, subjects } from "../../streams/record.ts";
import { copiedCommands } from "../../streams/retention/copied.ts";
import { type Erased, leftOf } from "../../streams/retention/erased.ts";
import { appendFenced } from "../../streams/retention/fenced_append.ts";
import { decodePersonal, type PersonalMessage } from "../../streams/retention/personal_message.ts";
import { heldCommands } from "../../streams/retention/held_commands.ts";
import { readPartitionState } from "../../streams/host/held_back.ts";
import type { PartitionMap } from "../../streams/partition_map.ts";
import type { Runtime } from "../../streams/runtime.ts";
import { openPreferences } from "../../http/notifications/preferences.ts";
import type { ErasingLock } from "./erasing_lock.ts";
import { readUpto } from "../reading/read_upto.ts";
import { Failure } from "../cli/failure.ts";
import type { Progress } from "../cli/progress.ts";
import { naming, parcelNumbers, withoutParcels } from "./callback_packs.ts";

export interface EraseOptions {
  readonly broker: Broker;
  readonly erased: Erased;
  /** Texts that only this person has. */
  readonly unique: readonly string[];
  readonly progress: Progress;
  readonly runtime: Pick<Runtime, "newId" | "sleep">;
  readonly lock: ErasingLock;
}

/** The readers of a stream are waited for so long; then the same command goes on later. */
const waitMsMax = 60_000, lookMs = 250;
const ackMsMax = 5_000;
const encoder = new TextEncoder();

/**
 * Commands that brought the person's data, once everything in their messages is decided and copied: then nobody reads them any more, and the
 * other people's are in PERSONAL.
 */
export async function eraseCommands(
  options: EraseOptions,
  { partitions }: Pick<PartitionMap, "partitions">,
): Promise<number> {
  const { broker, erased, lock } = options;
  let count = 0;
  for await (const stored of scanned(options, streamNames.commands)) {
    const pack = decodePack(stored.payload);
    const his = pack?.commands.some(({ to, personal }) =>
      personal !== undefined && leftOf(erased, to, personal) !== personal
    );
    if (!his) continue;
    const partition = Number(stored.subject.slice(subjects.commands(0).length - 1));
    await until(
      options,
      `commands of partition ${partition} are copied up to ${stored.sequence}`,
      async () => await copiedCommands(broker, partition) >= stored.sequence,
    );
    for (const one of partitions) {
      const held = heldCommands(await readPartitionState(broker, one)).includes(stored.sequence);
      if (held) throw new Failure(heldMessage(one.partition, stored.sequence));
    }
    lock.expectHeld();
    await broker.deleteMessage(streamNames.commands, stored.sequence, true);
    count++;
  }
  return count;
}

const heldMessage = (partition: number, sequence: number) =>
  `Cannot erase yet: message ${sequence} of COMMANDS holds a command that waits in partition ${partition} behind ` +
  "an actor that is stopped or paused; resume, retry or drop it, and run this again";

/** Puts each message with the person's data behind the last one, with what is left of it, and then overwrites the former. */
export async function erasePersonal(options: EraseOptions): Promise<number> {
  const { broker, erased, lock } = options;
  let count = 0;
  for await (const stored of scanned(options, streamNames.personal)) {
    const message = decodePersonal(stored);
    const items = message.items.map((item) => ({
      ...item,
      personal: leftOf(erased, item.actor, item.personal),
    }));
    const changed = items.filter(({ personal }, i) =>
      JSON.stringify(personal) !== JSON.stringify(message.items[i]!.personal)
    );
    if (changed.length === 0) continue;
    lock.expectHeld();
    await append(options, { ...message, items });
    await broker.deleteMessage(streamNames.personal, stored.sequence, true);
    count += changed.length;
  }
  return count;
}

/** Whoever copies meanwhile is fenced by it, and begins again behind it; so are we, if he is faster. */
async function append(options: EraseOptions, message: PersonalMessage): Promise<void> {
  const { broker, lock, runtime: { sleep } } = options, subject = subjects.personal(message.partition);
  // Another erasure may have written the message anew by then.
  const waitToRetry = async () => {
    await sleep(lookMs);
    lock.expectHeld();
  };
  for (let tries = 0;; tries++) {
    lock.expectHeld();
    const last = await broker.last(streamNames.personal, subject);
    const position = last === undefined ? message.position : decodePersonal(last).position;
    const payload = encoder.encode(JSON.stringify({ ...message, position }));
    try {
      const fenced = {
        broker,
        stream: streamNames.personal,
        subject,
        payload,
        after: last?.sequence ?? 0,
        ackMsMax,
      };
      await appendFenced({ ...fenced, waitToRetry });
      return;
    } catch (error) {
      if (!(error instanceof Fault && error.code === "partition.fenced") || tries >= appendTriesMax) {
        throw error;
      }
    }
  }
}
const appendTriesMax = 100;

/** Messages of carriers that name a parcel or an address of the person; the others of the same pack are put behind, and told again. */
export async function eraseCallbacks(options: EraseOptions): Promise<number> {
  const { broker, erased, unique, lock } = options;
  const texts = [...parcelNumbers(erased), ...unique];
  if (texts.length === 0) return 0;
  let count = 0;
  for await (const stored of scanned(options, streamNames.callbacks)) {
    const his = naming(stored.payload, texts);
    if (!his.includes(true)) continue;
    await until(
      options,
      `callbacks are worked out up to ${stored.sequence}`,
      async () => ((await readCallbackPosition(broker))?.sequence ?? 0) >= stored.sequence,
    );
    lock.expectHeld();
    await putBehind(broker, stored, texts);
    await broker.deleteMessage(streamNames.callbacks, stored.sequence, true);
    count += his.filter(Boolean).length;
  }
  return count;
}

async function putBehind(broker: Broker, stored: Stored, texts: readonly string[]): Promise<void> {
  const payload = withoutParcels(stored.payload, texts);
  if (payload === undefined) return;
  const outcome = await broker.publish(stored.subject, payload, { ackMsMax });
  if (outcome.kind === "stored") return;
  throw new Failure(`Cannot erase from CALLBACKS: the log does not answer (${outcome.kind}); run it again`);
}

/** Browsers that asked to be told of the person's orders. */
export async function erasePush({ broker, erased, runtime, lock }: EraseOptions): Promise<number> {
  const preferences = openPreferences(broker, runtime);
  let count = 0;
  for (const actor of erased.actors) {
    if (kindOf(actor as ActorId) !== "order") continue;
    lock.expectHeld();
    if (await preferences.forgetOrder(keyOf(actor as ActorId))) count++;
  }
  return count;
}

async function* scanned({ broker, progress }: EraseOptions, name: "COMMANDS" | "PERSONAL" | "CALLBACKS") {
  const { firstSequence, lastSequence } = await broker.info(name);
  progress.begin(name, Math.max(0, lastSequence - firstSequence + 1));
  for await (const batch of readUpto(broker, name, { from: firstSequence, until: lastSequence })) {
    yield* batch;
    progress.step(batch.length);
  }
  progress.end();
}

async function until(
  { runtime: { sleep } }: EraseOptions,
  what: string,
  done: () => Promise<boolean>,
): Promise<void> {
  for (let waitedMs = 0; !await done(); waitedMs += lookMs) {
    if (waitedMs >= waitMsMax) {
      throw new Failure(
        `Cannot erase yet: ${what} is not so; do projector and deliver run? Run it again then`,
      );
    }
    await sleep(lookMs);
  }
}
