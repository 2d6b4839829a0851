import type { Broker } from "../broker/broker.ts";
import type { Mark, ReplyPack } from "../record.ts";
import type { Heard, Hearing } from "./hearing.ts";
import { type Incoming, Intake } from "./intake.ts";
import type { PartitionState } from "./partition_state.ts";
import type { Listener, PeerTap } from "./peers.ts";
import type { Turn } from "./turn.ts";

/** What has arrived for a partition and waits for its turn. */
export interface Arrived {
  readonly heard: readonly Heard[];
  /** Present when `heard` is all that was said up to here. */
  readonly until?: Mark;
  readonly incoming: readonly (Incoming | { readonly unreadable: Incoming["mark"] })[];
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
    const hearing = await peers?.join({ partition, owns, wake, from: state.peers });
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
    return { ...said, incoming: [...this.#intake.peek(countMax)] };
  }

  advance({ read, peers }: PartitionState): void {
    this.#intake.advance(read);
    this.#hearing?.advance(peers);
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
export function takenOf({ heard }: Arrived, taken: Mark): readonly Heard[] {
  return heard.filter(({ mark: { sequence } }) => sequence <= taken.sequence);
}

/** Lets the turn decide what has arrived, as far as its limits go; false when it ended before. */
export function decideArrived(turn: Turn, { heard, until, incoming }: Arrived): boolean {
  for (const { messages, mark } of heard) if (!turn.hear(messages, mark)) return false;
  if (until) turn.heardAllUntil(until);
  for (const one of incoming) {
    if ("unreadable" in one) {
      if (!turn.skip(one.unreadable)) return false;
      continue;
    }
    const { packed: { id, to, atMs, command, edge }, sequence, index, mark } = one;
    const input = { id, at: [sequence, index] as const, atMs, to, command };
    if (!turn.command(input, { id, edge }, mark)) return false;
  }
  return true;
}
