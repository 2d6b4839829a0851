import { isDeepStrictEqual } from "node:util";
import type { Json } from "../../actors/actor.ts";
import type { ActorId } from "../../actors/ids.ts";
import type { Draft } from "../host/ledger.ts";
import type { Mark, Pending, TurnRecord } from "../record.ts";
import { decodeRecord } from "../record_text.ts";
import type { Given } from "./arrivals_of.ts";
import type { Decided } from "./turn_again.ts";

/** Something that a turn decided otherwise than it is recorded. */
export interface Difference {
  readonly partition: number;
  readonly sequence: number;
  readonly atMs: number;
  /** `waiting`: what its limits left for the next turn; `reading`: how far it had read; `undecided`: it ended too early. */
  readonly what:
    | "events"
    | "messages"
    | "timers"
    | "outcome"
    | "waiting"
    | "dead"
    | "parked"
    | "reading"
    | "undecided";
  /** Whom it is about: an actor, `from -> to` of messages, or the id of a command. */
  readonly of: string;
  /** The command or timer that it follows from, where that is known. */
  readonly cause?: { readonly id: string; readonly to: ActorId; readonly type?: string };
  readonly recorded: readonly Json[];
  readonly decided: readonly Json[];
}

/** Compares what was decided again with the record, one kind of thing after the other; the order between actors does not matter. */
export function differencesOf(
  recorded: TurnRecord,
  { draft, left }: Decided,
  { given, mark }: { readonly given: Given; readonly mark: Mark },
): readonly Difference[] {
  const decided = asRecord(draft, mark), own = new Set(given.steps.flatMap((step) => idIn(step) ?? []));
  const found = kinds.flatMap(({ what, list }) =>
    inGroups(what, list(recorded, own), list(decided, own)).map(({ causeId, ...one }) => ({
      ...one,
      ...causeOf(recorded, causeId),
    }))
  );
  const at = { partition: recorded.partition, sequence: mark.sequence, atMs: recorded.atMs };
  const more = left === 0 ? [] : [{ what: "undecided" as const, of: "turn", recorded: [], decided: [left] }];
  return [...found, ...more].map((one) => ({ ...at, ...one }));
}

function asRecord({ bytes }: Draft, { sequence }: Mark): TurnRecord {
  return decodeRecord({
    subject: "decided again",
    sequence,
    payload: bytes,
  });
}

const idIn = (step: Given["steps"][number]) =>
  "incoming" in step && "packed" in step.incoming ? step.incoming.packed.id : undefined;

/** A thing that can differ: of whom, and what it says. */
interface Item {
  readonly of: string;
  readonly causeId?: string;
  readonly value: Json;
}
interface Kind {
  readonly what: Difference["what"];
  list(record: TurnRecord, ownIds: ReadonlySet<string>): readonly Item[];
}

const kinds: readonly Kind[] = [
  {
    what: "events",
    list: ({ entries, inputs }) =>
      entries.map(({ actor, cause, type, v, data }) => {
        const causeId = inputs[cause]?.id ?? "";
        return { of: actor, causeId, value: { type, v, data } };
      }),
  },
  { what: "messages", list: ({ sends }) => sends.map(said) },
  { what: "waiting", list: ({ out, took }) => [...out.map(said), { of: "turn", value: { took } }] },
  {
    what: "timers",
    list: ({ timers }) => timers.map(({ actor, name, dueMs }) => ({ of: actor, value: { name, dueMs } })),
  },
  {
    what: "outcome",
    // Who had waited for longer may have been forgotten in between: that is no decision.
    list: ({ results }, ownIds) =>
      results.filter(({ id }) => ownIds.has(id)).map(({ id, outcome }) => ({
        of: id,
        causeId: id,
        value: outcome,
      })),
  },
  {
    what: "dead",
    list: ({ dead }) =>
      dead.map(({ actor, delivery }) => ({
        of: actor,
        causeId: delivery.cause.id,
        value: delivery.message.type,
      })),
  },
  { what: "parked", list: ({ parked }) => parked.map(said) },
  {
    what: "reading",
    list: ({ read: { commands, peers } }) => [{
      of: "turn",
      value: { commands: commands.sequence, taken: commands.taken, peers: peers.sequence },
    }],
  },
];

function said({ from, to, message, cause }: Pending): Item {
  // What is read from the log is JSON already.
  return { of: `${from} -> ${to}`, causeId: cause.id, value: message as unknown as Json };
}

function inGroups(what: Difference["what"], recorded: readonly Item[], decided: readonly Item[]) {
  const sides = [grouped(recorded), grouped(decided)] as const,
    keys = new Set(sides.flatMap((side) => [...side.keys()]));
  return [...keys].flatMap((key) => {
    const [before = [], after = []] = sides.map((side) => side.get(key));
    const values = [before, after].map((items) => items.map(({ value }) => value));
    if (isDeepStrictEqual(values[0], values[1])) return [];
    const { of, causeId } = (before[0] ?? after[0])!;
    return [{ what, of, causeId, recorded: values[0]!, decided: values[1]! }];
  });
}

function grouped(items: readonly Item[]): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = `${item.of}\n${item.causeId ?? ""}`, group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

function causeOf({ inputs }: TurnRecord, id: string | undefined): Pick<Difference, "cause"> {
  const input = id === undefined ? undefined : inputs.find((one) => one.id === id);
  if (!input) return {};
  return { cause: { id: input.id, to: input.to, ...(input.command && { type: input.command.type }) } };
}
