import type { AnyActor, Json } from "../../actors/actor.ts";
import type { ActorId } from "../../actors/ids.ts";
import { initialSlot, type Slot } from "../host/turn_context.ts";
import { foldEntries } from "../host/wake.ts";
import type { Entry, Input, Pending, TimerRow, TurnRecord } from "../record.ts";
import type { ActorRecord } from "./actor_records.ts";

/** Where in the log something stands. */
export interface Place {
  readonly partition: number;
  readonly sequence: number;
}

/** What made an actor decide: a command to it, a timer of its own, or a message that follows from a command to another actor. */
export interface StepCause {
  readonly kind: "command" | "timer" | "message";
  /** The id of the command from outside that started it all, or of the timer. */
  readonly id: string;
  /** When that was accepted, or due. */
  readonly atMs: number;
  /** Its place in COMMANDS; absent for timers. */
  readonly at?: readonly [sequence: number, index: number];
  /** Whom that command was for, and what it said; absent where another record holds it. */
  readonly to?: ActorId;
  readonly command?: { readonly type: string };
}

/** One decision of an actor: what came, what was decided, and what the actor was before and after. */
export interface Step extends Place {
  readonly turn: string;
  readonly atMs: number;
  readonly cause: StepCause;
  /** Of a command: `ok`, `later`, `defect`, `parked`, or the reason why it was refused. Of a message that could not be decided: `defect`. */
  readonly outcome?: string;
  readonly events: readonly {
    readonly version: number;
    readonly type: string;
    readonly v: number;
    readonly data: Json;
  }[];
  /** What it told actors of other partitions; what it told its neighbours is not recorded. */
  readonly sends: readonly Pending[];
  /** Of the whole turn, with its last step. */
  readonly timers: readonly TimerRow[];
  /** Of what could not be decided. */
  readonly error?: string;
  readonly before: Slot;
  readonly after: Slot;
}

/** An actor's life as records tell it; `read` is given them in order. */
export class ActorSteps {
  readonly #id: ActorId;
  readonly #actor: AnyActor;
  #slot: Slot;

  constructor(id: ActorId, actor: AnyActor) {
    this.#id = id;
    this.#actor = actor;
    this.#slot = initialSlot(actor, id);
  }

  /** The state after all records that were read. */
  get slot(): Slot {
    return this.#slot;
  }

  /** What the record says of the actor, in the order in which it was decided; throws `Fault("log.lost")` where a version is missing. */
  read({ sequence, record }: ActorRecord): readonly Step[] {
    const id = this.#id, { partition, turn, atMs, inputs, dead, parked } = record;
    const at = { partition, sequence, turn, atMs }, outcomes = outcomesIn(record);
    const steps = decisionsOf(record, id).map(({ input: index, entries }): Step => {
      const input = inputs[index]!, direct = input.to === id && input.command !== undefined;
      const died = entries.length === 0
        ? dead.find((one) => one.actor === id && one.input === index)
        : undefined;
      const outcome = died ? "defect" : direct ? outcomes.get(input.id) : undefined;
      const sends = record.sends.filter(({ from, cause }) => from === id && cause.id === input.id);
      return {
        ...at,
        cause: causeOf(input, id),
        ...(outcome !== undefined && { outcome }),
        ...(died && { error: died.error }),
        sends,
        timers: [],
        ...this.#fold(entries),
      };
    });
    for (const { to, cause, message } of parked.filter((one) => one.to === id)) {
      if (steps.some((step) => step.cause.id === cause.id)) continue;
      const waits = { ...cause, kind: "message" as const, to, command: message };
      steps.push({ ...at, cause: waits, outcome: "parked", sends: [], timers: [], ...this.#fold([]) });
    }
    const timers = record.timers.filter(({ actor }) => actor === id), last = steps.pop();
    return last ? [...steps, { ...last, timers }] : steps;
  }

  #fold(entries: readonly Entry[]): Pick<Step, "before" | "after" | "events"> {
    const before = this.#slot;
    this.#slot = foldEntries(this.#actor, before, entries);
    return {
      before,
      after: this.#slot,
      events: entries.map(({ version, type, v, data }) => ({ version, type, v, data })),
    };
  }
}

const outcomesIn = ({ results }: TurnRecord) => new Map(results.map(({ id, outcome }) => [id, outcome]));

/** One input's events of an actor, without another's in between. */
interface Decided {
  readonly input: number;
  readonly entries: Entry[];
}

/** Also those without events: a command to the actor that changed nothing, or was refused, or could not be decided. */
function decisionsOf({ inputs, entries, dead }: TurnRecord, id: ActorId): readonly Decided[] {
  const runs: Decided[] = [];
  for (const entry of entries) {
    if (entry.actor !== id) continue;
    const last = runs.at(-1);
    if (last?.input === entry.cause) last.entries.push(entry);
    else runs.push({ input: entry.cause, entries: [entry] });
  }
  const told = new Set(runs.map(({ input }) => input));
  const died = new Set(dead.filter(({ actor }) => actor === id).map(({ input }) => input));
  inputs.forEach(({ to, command }, input) => {
    if (told.has(input) || !(died.has(input) || (to === id && command !== undefined))) return;
    const next = runs.findIndex((run) => run.input > input);
    runs.splice(next < 0 ? runs.length : next, 0, { input, entries: [] });
  });
  return runs;
}

function causeOf({ id, atMs, at, to, command }: Input, actor: ActorId): StepCause {
  const direct = to === actor && command !== undefined;
  const kind = !direct ? "message" : command.type === "timer" && !at ? "timer" : "command";
  return { kind, id, atMs, ...(at && { at }), ...(command && { to, command }) };
}
