import type { ActorId } from "../../actors/ids.ts";
import { inOrder, type Step } from "../host/command_order.ts";
import type { Heard } from "../host/hearing.ts";
import type { Arrived } from "../host/inbox.ts";
import { nothingRead, type PartitionState } from "../host/partition_state.ts";
import type { CommandMark, Input, Pending, TurnRecord } from "../record.ts";

/** What a recorded turn was given: its own commands, what other partitions said to it, and its timers. */
export interface Given {
  /** In the order in which the turn took them. */
  readonly steps: readonly Step[];
  readonly timers: readonly TimerFired[];
}
export interface TimerFired {
  readonly actor: ActorId;
  readonly name: string;
  readonly dueMs: number;
}

type Incoming = Arrived["incoming"][number];
type Before = Pick<PartitionState, "peers" | "waiting" | "parked" | "stopped">;

/**
 * Puts together again what the turn was given. Its commands stand in `inputs`, or, where it passed one on, in `sends`; those that it
 * did not take itself, but heard of or had kept, are known by their place in COMMANDS. `heardNow`: what it hears this time, where that
 * is not what it heard then.
 */
export function givenTo(
  record: TurnRecord,
  before: Before,
  { heard, heardNow = heard }: { readonly heard: readonly Heard[]; readonly heardNow?: readonly Heard[] },
): Given {
  const incoming = incomingOf(record, before, heard);
  const { peers } = record.read, last = heardNow.at(-1)?.mark.sequence ?? before.peers.sequence;
  const until = peers.sequence > last ? { until: peers } : {};
  const arrived = { heard: heardNow, incoming, more: false, intakeUntil: Infinity, ...until };
  return { steps: inOrder(arrived, { ours: () => true, theirs: () => true }), timers: timersOf(record) };
}

function incomingOf(record: TurnRecord, before: Before, heard: readonly Heard[]): readonly Incoming[] {
  const kept = [
    ...before.waiting,
    ...before.parked,
    ...[...before.stopped.values()].map(({ delivery }) => delivery),
  ];
  const elsewhere = new Set(
    [...heard.flatMap(({ messages }) => messages), ...kept].filter(({ asker }) => asker).map(placeOf),
  );
  const all = [...unreadableOf(record), ...passedOnIn(record), ...commandsOf(record, elsewhere)]
    .sort((a, b) => a.at[0] - b.at[0] || a.at[1] - b.at[1]);
  return all.map(({ at, make }, i) => make(i === all.length - 1 ? lastMark(record, at) : markOf(at)));
}

interface Placed {
  readonly at: readonly [sequence: number, index: number];
  make(mark: CommandMark): Incoming;
}

const nowhere = "";
const placeOf = ({ cause: { at } }: Pick<Pending, "cause">): string => at?.join(":") ?? nowhere;
const markOf = ([sequence, index]: Placed["at"]): CommandMark => ({
  ...nothingRead,
  sequence,
  taken: index + 1,
});

/** What the record says of its last command, as far as it is that. */
function lastMark({ read: { commands } }: TurnRecord, at: Placed["at"]): CommandMark {
  return commands.sequence === at[0] && commands.taken === at[1] + 1 ? commands : markOf(at);
}

function commandsOf({ inputs }: TurnRecord, elsewhere: ReadonlySet<string>): readonly Placed[] {
  return inputs.flatMap(({ id, to, atMs, at, command }: Input): readonly Placed[] => {
    if (!command || !at || elsewhere.has(at.join(":"))) return [];
    const packed = { id, to, atMs, command, edge: nowhere };
    return [{ at, make: (mark) => ({ packed, sequence: at[0], index: at[1], mark }) }];
  });
}

function passedOnIn({ sends }: TurnRecord): readonly Placed[] {
  return sends.flatMap(
    ({ to, from, message: command, cause: { id, atMs, at }, asker }): readonly Placed[] => {
      if (!asker || !at || from !== to) return [];
      const packed = { id, to, atMs, command, edge: asker.edge };
      return [{ at, make: (mark) => ({ packed, sequence: at[0], index: at[1], mark }) }];
    },
  );
}

function unreadableOf({ dead, inputs }: TurnRecord): readonly Placed[] {
  return dead.flatMap(({ actor, input }): readonly Placed[] => {
    const at = actor.startsWith("intake:") ? inputs[input]?.at : undefined;
    return at ? [{ at, make: (mark) => ({ unreadable: mark }) }] : [];
  });
}

function timersOf({ inputs }: TurnRecord): readonly TimerFired[] {
  return inputs.flatMap(({ at, to: actor, command }) => {
    if (at || command?.type !== "timer" || !("name" in command) || !("dueMs" in command)) return [];
    return [{ actor, name: String(command.name), dueMs: Number(command.dueMs) }];
  });
}
