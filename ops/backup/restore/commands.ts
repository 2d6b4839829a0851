import type { Broker, Stored } from "../../../streams/broker/broker.ts";
import { decodePack } from "../../../streams/host/decode_pack.ts";
import { hashOf } from "../../../streams/hash.ts";
import { type Erased, leftOf } from "../../../streams/retention/erased.ts";
import { streamNames } from "../../../streams/record.ts";
import { Failure } from "../../cli/failure.ts";
import { readChunks } from "../keep.ts";
import { keptOf } from "../manifest.ts";
import type { Plan } from "./plan.ts";
import { type Outgoing, publishAll } from "./publish_all.ts";

/** Holes between commands that are still needed: of persons who were erased. */
const fillersMax = 100_000;
const fillerSubject = "commands.gap";

/**
 * The commands that somebody still needs, at their own sequences: records name them by these. A hole is filled, and emptied again. What
 * an interrupted run has put there stays, if it is the same. Answers with how many came back.
 */
export async function restoreCommands(
  broker: Broker,
  plan: Plan,
  done: (count: number) => void,
): Promise<{ readonly count: number; readonly unerased: number }> {
  const { first, last } = await commandsNeeded(plan);
  const there = await alreadyThere(broker, first, last);
  if (there < first) await broker.skipTo(streamNames.commands, first);
  const put = new CommandsPut(plan, first), next = Math.max(there + 1, first);
  const missing = async function* () {
    for await (const message of put.messages(commandsIn(plan, first, last))) {
      if (message.sequence >= next) yield message;
      else if (message.sequence === there) await expectSame(broker, message);
    }
  };
  await publishAll(broker, missing(), { stream: streamNames.commands, at: next, done });
  for (const sequence of put.fillers) await broker.deleteMessage(streamNames.commands, sequence, false);
  const { lastSequence } = await broker.info(streamNames.commands);
  if (lastSequence < last) await broker.skipTo(streamNames.commands, last + 1);
  return { count: put.count, unerased: put.unerased };
}

/** The last message that an interrupted run stored; before the first when there is none. */
async function alreadyThere(broker: Broker, first: number, last: number): Promise<number> {
  const { messages, lastSequence } = await broker.info(streamNames.commands);
  if (lastSequence > Math.max(last, first - 1)) {
    throw notOurs(`it ends at ${lastSequence}, the backup at ${last}`);
  }
  return messages === 0 && lastSequence < first ? first - 1 : lastSequence;
}

async function expectSame(broker: Broker, { sequence, payload }: Placed): Promise<void> {
  const stored = await broker.at(streamNames.commands, sequence);
  // A hole may have been emptied again.
  if (stored === undefined ? payload.length === 0 : hashOf(stored.payload) === hashOf(payload)) return;
  throw notOurs(`message ${sequence} is not the backup's`);
}

const notOurs = (why: string) =>
  new Failure(`Cannot go on with this restore: of COMMANDS ${why}; begin with an empty system`);

interface Placed extends Outgoing {
  readonly sequence: number;
}

/** What has to stand in COMMANDS, without a gap. */
class CommandsPut {
  readonly fillers: number[] = [];
  count = 0;
  unerased = 0;
  readonly #plan: Plan;
  readonly #named: ReadonlySet<number>;
  #next: number;

  constructor(plan: Plan, first: number) {
    this.#plan = plan;
    this.#named = new Set(plan.heads.all().map(({ commands }) => commands.sequence));
    this.#next = first;
  }

  async *messages(kept: AsyncIterable<Stored>): AsyncGenerator<Placed> {
    for await (const { sequence, subject, payload } of kept) {
      for (; this.#next < sequence; this.#next++) yield this.#filler(this.#next);
      this.#next++;
      this.count++;
      yield { sequence, subject, payload: this.#left(sequence, payload) };
    }
  }

  #filler(sequence: number): Placed {
    this.fillers.push(sequence);
    if (this.fillers.length <= fillersMax) {
      return { sequence, subject: fillerSubject, payload: new Uint8Array() };
    }
    throw new Failure("Cannot restore COMMANDS: too much of it is missing");
  }

  #left(sequence: number, payload: Uint8Array): Uint8Array {
    const left = withoutErased(this.#plan.erased, payload);
    // A record names it by its hash: it has to stay as it is until it is trimmed, or erased once more.
    if (left === payload || !this.#named.has(sequence)) return left;
    this.unerased++;
    return payload;
  }
}

/** From the first message that a partition has not decided and copied, or holds behind an actor that is stopped or paused, to the last one that had come by the cut. */
async function commandsNeeded(plan: Plan): Promise<{ readonly first: number; readonly last: number }> {
  const { heads, cut, earlier, newest } = plan;
  let last = Math.max(0, ...heads.all().map(({ commands }) => commands.sequence)), first: number | undefined;
  if (!earlier) last = Math.max(last, keptOf(newest, streamNames.commands).last);
  for await (const { sequence, subject, storedAtMs } of commandsIn(plan, 0, Infinity)) {
    if (storedAtMs <= cut.atMs) last = Math.max(last, sequence);
    const partition = Number(subject.slice(subject.indexOf(".") + 1));
    if (first === undefined && sequence > (plan.passed.get(partition) ?? 0)) first = sequence;
  }
  return { first: Math.min(first ?? last + 1, last + 1, plan.held ?? Infinity), last };
}

function commandsIn({ place, newest }: Plan, from: number, until: number): AsyncGenerator<Stored> {
  return readChunks(place, keptOf(newest, streamNames.commands).chunks, { from, until });
}

const encoder = new TextEncoder();

/** The same commands without the personal data of people who were erased since. */
function withoutErased(erased: Erased, payload: Uint8Array): Uint8Array {
  if (erased.actors.size === 0) return payload;
  const pack = decodePack(payload);
  let changed = false;
  const commands = pack?.commands.map((command) => {
    if (command.personal === undefined) return command;
    const personal = leftOf(erased, command.to, command.personal);
    changed ||= personal !== command.personal;
    return { ...command, personal };
  });
  return changed ? encoder.encode(JSON.stringify({ ...pack, commands })) : payload;
}
