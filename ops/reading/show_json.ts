import type { Json } from "../../actors/actor.ts";
import { kindOf } from "../../actors/ids.ts";
import type { Pending, TimerRow } from "../../streams/record.ts";
import type { Step, StepCause } from "../../streams/reading/actor_steps.ts";
import { type Change, changesBetween, plain } from "../../streams/reading/plain.ts";
import type { Life } from "./life.ts";

/**
 * What `show --json` prints. Its names stay; `state` and the paths in `changes` are the code's own, and change with it, while `view` is
 * what the API says of the actor.
 */
export interface Shown {
  readonly actor: string;
  readonly kind: string;
  readonly partition: number;
  /** How many events made it; 0: nobody has ever heard of it. */
  readonly version: number;
  /** Of the last of its records; absent when there is none. */
  readonly position?: string;
  readonly time?: string;
  /** Where it begins, when that is later than the moment that was asked for. */
  readonly begins?: { readonly position: string; readonly time: string };
  /** As the API answers; null where it has no answer (yet). */
  readonly view: Json;
  readonly state: Json;
  /** How many decisions there are in all; `steps` holds the last of them. */
  readonly stepsInAll: number;
  readonly steps: readonly ShownStep[];
  readonly read: { readonly by: "index" | "log"; readonly why?: string; readonly records: number };
}

export interface ShownStep {
  /** `<partition>:<sequence>`. */
  readonly position: string;
  readonly turn: string;
  /** When it was decided, RFC 3339. */
  readonly time: string;
  readonly cause: {
    readonly kind: StepCause["kind"];
    readonly id: string;
    /** When that was accepted, or due. */
    readonly time: string;
    /** `<sequence>:<index>` in COMMANDS; absent for timers. */
    readonly commands?: string;
    readonly to?: string;
    readonly command?: Json;
  };
  readonly outcome?: string;
  readonly error?: string;
  readonly events: Step["events"];
  readonly changes: readonly Change[];
  readonly sends: readonly { readonly to: string; readonly message: Json }[];
  readonly timers: readonly { readonly name: string; readonly due: string | null }[];
}

export function shownLife(life: Life): Shown {
  const { id, actor, partition, slot, steps, stepsInAll, records, found, begins } = life, last = steps.at(-1);
  return {
    actor: id,
    kind: kindOf(id),
    partition,
    version: slot.version,
    ...(last && { position: placeOf(last), time: timeOf(last.atMs) }),
    ...(begins && { begins: { position: placeOf(begins), time: timeOf(begins.atMs) } }),
    view: viewOf(life),
    state: plain(slot.state),
    stepsInAll,
    steps: steps.map((step) => shownStep(step)),
    read: { ...found, records },
  };

  function viewOf({ slot: { state, version } }: Life): Json {
    const answer = version === 0 ? undefined : actor.answer(state);
    return answer?.ok ? answer.value : null;
  }
}

export function shownStep(
  { cause, outcome, error, events, before, after, sends, timers, ...at }: Step,
): ShownStep {
  const { kind, id, atMs, at: commands, to, command } = cause;
  return {
    position: placeOf(at),
    turn: at.turn,
    time: timeOf(at.atMs),
    cause: {
      ...{ kind, id, time: timeOf(atMs) },
      ...(commands && { commands: commands.join(":") }),
      ...(to !== undefined && { to }),
      ...(command && { command: plain(command) }),
    },
    ...(outcome !== undefined && { outcome }),
    ...(error !== undefined && { error }),
    events,
    changes: before === after ? [] : changesBetween(plain(before.state), plain(after.state)),
    sends: sends.map(({ to, message }: Pending) => ({ to, message: plain(message) })),
    timers: timers.map(({ name, dueMs }: TimerRow) => ({ name, due: dueMs === null ? null : timeOf(dueMs) })),
  };
}

const placeOf = ({ partition, sequence }: { readonly partition: number; readonly sequence: number }) =>
  `${partition}:${sequence}`;
const timeOf = (atMs: number) => new Date(atMs).toISOString();
