import type { Broker } from "../broker/broker.ts";
import { type CommandMark, type Mark, type ReplyPack, streamNames, subjects } from "../record.ts";
import { decodeSends } from "../record_text.ts";
import type { Step } from "./command_order.ts";
import type { Heard, Hearing } from "./hearing.ts";
import { type Incoming, Intake } from "./intake.ts";
import { nothingRead, type PartitionState } from "./partition_state.ts";
import type { Listener, PeerTap } from "./peers.ts";
import type { Turn } from "./turn.ts";

/** What has arrived for a partition and waits for its turn. */
export interface Arrived {
  readonly heard: readonly Heard[];
  /** Present when `heard` is all that was said up to here. */
  readonly until?: Mark;
  /** How far the partition that was split has read COMMANDS, as far as was said up to `until`. */
  readonly read?: CommandMark;
  readonly incoming: readonly (Incoming | { readonly unreadable: Incoming["mark"] })[];
  /** True when more commands than these are at hand. */
  readonly more: boolean;
  /** The last place in COMMANDS of what is at hand. */
  readonly intakeUntil: number;
}

/** Commands from outside, and what other partitions say: each read from the position of the partition's last record. */
export class Inbox {
  readonly #intake: Intake;
  readonly #hearing: Hearing | undefined;

  private constructor(intake: Intake, hearing: Hearing | undefined) {
    this.#intake = intake;
    this.#hearing = hearing;
  }

  static async open(
    broker: Broker,
    peers: PeerTap | undefined,
    { partition, state, owns, wake }: Pick<Listener, "partition" | "owns" | "wake"> & {
      readonly state: PartitionState;
    },
  ): Promise<Inbox> {
    const hearing = await peers?.join({
      partition,
      owns,
      wake,
      from: state.peers,
      ...await parentOf(broker, state),
    });
    try {
      return new Inbox(await Intake.open(broker, partition, state.read, wake), hearing);
    } catch (error) {
      hearing?.stop();
      throw error;
    }
  }

  /** What others said comes first: it ends what has begun. */
  peek(countMax: number): Arrived {
    const said = this.#hearing?.peek(countMax) ?? { heard: [] };
    const incoming = [...this.#intake.peek(countMax)];
    return { ...said, incoming, more: incoming.length >= countMax, intakeUntil: this.#intake.until };
  }

  advance({ read, peers }: PartitionState): void {
    this.#intake.advance(read);
    this.#hearing?.advance(peers);
  }

  /** When the oldest command was stored that waits here. */
  get oldestAtMs(): number | undefined {
    return this.#intake.oldestAtMs;
  }

  /** Everything that others said up to here has been taken; undefined while something waits. */
  get heardUntil(): Mark | undefined {
    return this.#hearing?.until;
  }

  async stop(): Promise<void> {
    this.#hearing?.stop();
    await this.#intake.stop();
  }
}

export type Sources = NonNullable<ReplyPack["sources"]>;

/** What this turn took of what others said. */
export function takenOf(steps: readonly Step[], taken: Mark): readonly Heard[] {
  return steps.flatMap((step) =>
    "heard" in step && step.heard.mark.sequence <= taken.sequence ? [step.heard] : []
  );
}

/** Lets the turn decide what has arrived, as far as its limits go; false when it ended before. */
export function decideArrived(turn: Turn, steps: readonly Step[]): boolean {
  return steps.every((step) => {
    if ("heard" in step) return turn.hear(step.heard.messages, step.heard.mark);
    if ("until" in step) return turn.heardAllUntil(step.until);
    const { incoming: one } = step;
    if ("unreadable" in one) return turn.skip(one.unreadable);
    const { packed: { id, to, atMs, command, edge }, sequence, index, mark } = one;
    return turn.command({ id, at: [sequence, index], atMs, to, command }, { id, edge }, mark);
  });
}

/** Of a partition that was split, only later records than those that were taken are heard: what the last of these said. */
async function parentOf(
  broker: Broker,
  { origins: [origin], peers }: PartitionState,
): Promise<Pick<Listener, "parent">> {
  if (!origin) return {};
  const { partition } = origin, last = await broker.last(streamNames.events, subjects.events(partition));
  const taken = last !== undefined && last.sequence <= peers.sequence;
  return { parent: { partition, read: taken ? decodeSends(last).read.commands : nothingRead } };
}
