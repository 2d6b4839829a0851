import type { Broker } from "../broker/broker.ts";
import { type CommandMark, type Mark, streamNames, subjects } from "../record.ts";
import type { Runtime } from "../runtime.ts";
import type { Heard } from "./hearing.ts";
import type { Arrived } from "./inbox.ts";
import { nothingRead, type Origin } from "./partition_state.ts";
import { youngOrigin } from "./passing_on.ts";

/** What a turn does next with what has arrived. */
export type Step =
  | { readonly heard: Heard }
  /** All that other partitions said up to here has been taken. */
  | { readonly until: Mark }
  | { readonly incoming: Arrived["incoming"][number] };

/** What is certain about the order of commands on two subjects. */
export interface Certain {
  /** True when all that we were sent in front of this place of COMMANDS is at hand. */
  ours(sequence: number): boolean;
  /** True when all that the partition that was split was sent in front of this place has been passed on, if it had read so far. */
  theirs(sequence: number, read: CommandMark): boolean;
}

const always: Certain = { ours: () => true, theirs: () => true };

/** Everything stored up to `until` is known: what of it matters reaches to `needs`. */
interface Look {
  readonly until: number;
  readonly needs: number;
}
const nothingKnown: Look = { until: 0, needs: 0 };

/**
 * Edges that do not know of a split yet send commands to the partition that was split, others send to its child: whoever was told by
 * one edge that a command is accepted may ask the other. So, as long as that may be, the child decides what was sent to either in the
 * order of COMMANDS. It asks where the subjects end, for an idle partition says nothing; and it waits for one that nobody runs.
 */
export class CommandOrder {
  readonly #broker: Broker;
  readonly #runtime: Runtime;
  readonly #partition: number;
  readonly #origins: readonly Origin[];
  #theirs = nothingKnown;
  #ours = nothingKnown;

  constructor(broker: Broker, runtime: Runtime, partition: number, origins: readonly Origin[]) {
    this.#broker = broker;
    this.#runtime = runtime;
    this.#partition = partition;
    this.#origins = origins;
  }

  /** False when nobody sends to the wrong one of the two any more, or there never were two. */
  get matters(): boolean {
    return this.#origin !== undefined;
  }

  /** Asks what `steps` needs to know and nobody has said. */
  async look({ heard, read, incoming, more, intakeUntil }: Arrived): Promise<void> {
    if (!this.#origin) return;
    const behind = readBehind({ heard, read }),
      passed = heard.findLast(({ passedOn }) => passedOn !== undefined);
    const doubtful = incoming.map(sequenceOf).find((sequence) => sequence >= behind.sequence) ?? 0;
    if (doubtful > this.#theirs.until) this.#theirs = await this.#lookAt(this.#origin.partition, intakeUntil);
    const last = passed?.passedOn ?? 0;
    if (!more && last > Math.max(intakeUntil, this.#ours.until)) {
      this.#ours = await this.#lookAt(this.#partition, last);
    }
  }

  /** As much of what has arrived as may be decided, in order. */
  steps(arrived: Arrived): readonly Step[] {
    if (!this.#origin) return inOrder(arrived, always);
    const { more, intakeUntil } = arrived, ours = this.#ours, theirs = this.#theirs;
    return inOrder(arrived, {
      ours: (sequence) =>
        !more && (sequence <= intakeUntil || (sequence <= ours.until && intakeUntil >= ours.needs)),
      theirs: (sequence, read) =>
        sequence < read.sequence || (sequence <= theirs.until && reaches(read, theirs.needs)),
    });
  }

  get #origin(): Origin | undefined {
    return this.#origins.length === 0 ? undefined : youngOrigin(this.#origins, this.#runtime.nowMs());
  }

  /** `until` is stored already, so what stands in front of it is, too. */
  async #lookAt(partition: number, until: number): Promise<Look> {
    const last = await this.#broker.last(streamNames.commands, subjects.commands(partition));
    return { until, needs: last?.sequence ?? 0 };
  }
}

/** What others said comes first: it ends what has begun. But a command that was passed on comes behind what we were sent before it. */
export function inOrder(arrived: Arrived, certain: Certain): Step[] {
  const { heard, until, incoming } = arrived, steps: Step[] = [];
  let next = 0;
  for (const one of heard) {
    const { passedOn } = one;
    if (passedOn !== undefined) {
      // Who passes on goes by the order of COMMANDS: there is nothing else in front of these.
      while (next < incoming.length && sequenceOf(incoming[next]!) < passedOn) {
        steps.push({ incoming: incoming[next++]! });
      }
      if (next === incoming.length && !certain.ours(passedOn)) return steps;
    }
    steps.push({ heard: one });
  }
  if (until) steps.push({ until });
  const read = readBehind(arrived);
  while (next < incoming.length && certain.theirs(sequenceOf(incoming[next]!), read)) {
    steps.push({ incoming: incoming[next++]! });
  }
  return steps;
}

function readBehind({ heard, read }: Pick<Arrived, "heard" | "read">): CommandMark {
  return read ?? heard.at(-1)?.read ?? nothingRead;
}

const sequenceOf = (one: Arrived["incoming"][number]) =>
  "unreadable" in one ? one.unreadable.sequence : one.sequence;

const reaches = ({ sequence, taken, of }: CommandMark, needs: number) =>
  sequence > needs || (sequence === needs && taken === of);
