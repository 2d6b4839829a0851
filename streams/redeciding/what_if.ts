import type { AnyActor } from "../../actors/actor.ts";
import type { ActorId } from "../../actors/ids.ts";
import { actorsIn } from "../host/actors_in.ts";
import type { Slot } from "../host/turn_context.ts";
import { type LogReading, scanLog } from "../reading/scan.ts";
import type { Mark, Pending, RecordHead, TurnRecord } from "../record.ts";
import { decodeRecord } from "../record_text.ts";
import { type Given, givenTo, type TimerFired } from "./arrivals_of.ts";
import { Courses, type Parting, type Side, type Told } from "./courses.ts";
import { type ChangedOutcome, Outcomes } from "./outcomes.ts";
import { type Lane, settleWaiters } from "./partitions.ts";
import { decideAgain, type InPlaceOf } from "./turn_again.ts";
import { Way } from "./way.ts";

export interface WhatIfOptions {
  /** The code that decides. It also folds what came before the window. */
  readonly actors: { readonly [kind: string]: AnyActor };
  readonly toSequence?: number;
  /** True from the first record on that is decided anew. */
  begins(record: TurnRecord, sequence: number): boolean;
  changed(outcome: ChangedOutcome): void;
  /** Told of every event of an actor whose courses have parted. */
  differs(side: Side, told: Told): void;
  progress?(sequence: number, end: number): void;
}

/** An actor that ends otherwise than it did. */
export interface Diverged extends Parting {
  readonly recordedSlot: Slot;
  readonly decidedSlot: Slot;
}
export interface WhatIfResult {
  readonly records: number;
  readonly decided: number;
  readonly commands: number;
  readonly diverged: readonly Diverged[];
  readonly timers: TimerCounts;
  /** Deliveries that this code could not decide. */
  readonly dead: readonly { readonly actor: ActorId; readonly error: string }[];
  /** Where the comparison ends: what was on its way as the window ended, as it is recorded. */
  readonly undecided: number;
  /** Commands that only one side has answered by then. */
  readonly unanswered: Outcomes["unanswered"];
}
/** `gone`: fired then, and are not set now; `own`: set now alone, and fired at the next record behind their time. */
export interface TimerCounts {
  fired: number;
  gone: number;
  own: number;
}

/**
 * Decides a window of the log with other code, on states of its own: a changed decision changes what follows from it. Commands come
 * in the recorded order; messages between actors and timers are those of the new decisions. What no longer happened, or would have
 * come from outside because of a changed answer, nobody knows: that is where it stops following. Writes nothing.
 */
export async function whatIf(broker: LogReading, options: WhatIfOptions): Promise<WhatIfResult> {
  const { toSequence, begins, progress } = options, run = new Run(options);
  const scan = { fromSequence: 1, decode: decodeRecord, ...(toSequence !== undefined && { toSequence }) };
  let begun = false, records = 0, decided = 0;
  for await (const { record, mark } of scanLog(broker, { ...scan, ...(progress && { progress }) })) {
    records++;
    begun ||= begins(record, mark.sequence);
    if (begun) decided++;
    if (begun) run.decide(record, mark);
    else run.fold(record, mark);
  }
  return { records, decided, ...run.end() };
}

const finalRoundsMax = 1_000;

class Run {
  readonly #actorOf: (id: ActorId) => AnyActor | undefined;
  readonly #recorded: Way;
  readonly #now: Way;
  readonly #courses: Courses;
  readonly #outcomes: Outcomes;
  readonly #timers: TimerCounts = { fired: 0, gone: 0, own: 0 };
  readonly #dead: { actor: ActorId; error: string }[] = [];
  #last: { readonly place: InPlaceOf; readonly mark: Mark } | undefined;

  constructor({ actors, changed, differs }: WhatIfOptions) {
    this.#actorOf = actorsIn(actors);
    this.#recorded = new Way(this.#actorOf);
    this.#now = new Way(this.#actorOf);
    this.#courses = new Courses(differs);
    this.#outcomes = new Outcomes(changed);
  }

  /** In front of the window both ways are the same. */
  fold(record: TurnRecord, mark: Mark): void {
    for (const { partitions, mailbox } of [this.#recorded, this.#now]) {
      const lane = partitions.before(record);
      mailbox.take(record.partition, lane.state, record.read.peers.sequence);
      partitions.fold(lane, record, mark);
      mailbox.post(record.partition, mark, record.sends);
    }
    this.#now.slots.fold(record.entries);
    for (const { actor } of record.entries) this.#share(actor);
  }

  decide(record: TurnRecord, mark: Mark): void {
    const { partition, read: { peers } } = record;
    const then = this.#recorded.partitions.before(record), lane = this.#now.partitions.before(record);
    const heard = this.#recorded.mailbox.take(partition, then.state, peers.sequence);
    const heardNow = this.#now.mailbox.take(partition, lane.state, peers.sequence);
    if (record.split) this.#now.partitions.fold(lane, { ...record, ...nothingDone }, mark);
    else {
      const given = givenTo(record, then.state, { heard, heardNow });
      this.#outcomes.asked(given, record, mark.sequence);
      this.#fireOwn(lane, then, { record, mark, beforeMs: earliest(given) ?? record.atMs });
      const endsWith = [...then.state.waiting.slice(record.took), ...record.out];
      const timers = given.timers.filter((timer) => lane.state.agenda.holds(timer));
      this.#timers.fired += timers.length;
      this.#timers.gone += given.timers.length - timers.length;
      this.#turn(lane, { place: record, mark, given: { ...given, timers }, read: record.read, endsWith });
    }
    this.#outcomes.told("recorded", record.results);
    this.#tell("recorded", record, mark);
    this.#recorded.fold(then, record, mark);
    for (const { actor } of record.entries) this.#share(actor);
    this.#last = { place: record, mark };
  }

  end(): Omit<WhatIfResult, "records" | "decided"> {
    const waiting = [...this.#recorded.partitions.all()].reduce(
      (sum, [, { state }]) => sum + state.waiting.length,
      0,
    );
    const rest = this.#recorded.mailbox.rest(), undecided = waiting + rest.length;
    this.#now.mailbox.forget(rest);
    for (let round = 0; round < finalRoundsMax && this.#finalRound(); round++);
    this.#courses.end(undecided === 0);
    const diverged = this.#courses.partings().map((parting) => ({
      ...parting,
      recordedSlot: this.#recorded.slots.of(parting.actor),
      decidedSlot: this.#now.slots.of(parting.actor),
    }));
    const { commands, unanswered } = this.#outcomes;
    return { commands, diverged, timers: this.#timers, dead: this.#dead, undecided, unanswered };
  }

  /** What only happens now reaches partitions that had nothing more to do then. */
  #finalRound(): boolean {
    if (!this.#last) return false;
    const { place, mark } = this.#last, recorded = new Map(this.#recorded.partitions.all());
    let any = false;
    for (const [partition, lane] of this.#now.partitions.all()) {
      const heard = this.#now.mailbox.take(partition, lane.state, Infinity), at = { ...place, partition };
      const own = this.#ownDue(lane, recorded.get(partition)?.state, place.atMs + 1);
      if (heard.length === 0 && own.length === 0 && lane.state.waiting.length === 0) continue;
      any = true;
      this.#timers.own += own.length;
      const given = { steps: heard.map((one) => ({ heard: one })), timers: own };
      this.#turn(lane, {
        place: at,
        mark,
        given,
        read: { commands: lane.state.read, peers: lane.state.peers },
      });
    }
    return any;
  }

  /** Timers that are set now alone have no recorded place: they fire in front of what was accepted after their time. */
  #fireOwn(
    lane: Lane,
    then: Lane,
    at: { readonly record: TurnRecord; readonly mark: Mark; readonly beforeMs: number },
  ): void {
    const { record, mark, beforeMs } = at, timers = this.#ownDue(lane, then.state, beforeMs);
    if (timers.length === 0) return;
    this.#timers.own += timers.length;
    const read = { commands: lane.state.read, peers: lane.state.peers };
    this.#turn(lane, { place: record, mark, given: { steps: [], timers }, read });
  }

  #ownDue(
    { state: { agenda } }: Lane,
    then: Lane["state"] | undefined,
    beforeMs: number,
  ): readonly TimerFired[] {
    if ((agenda.nextDueMs() ?? Infinity) >= beforeMs) return [];
    return agenda.due(beforeMs - 1, Infinity).filter((alarm) => !then?.agenda.holds(alarm));
  }

  #turn(lane: Lane, turn: {
    readonly place: InPlaceOf;
    readonly mark: Mark;
    readonly given: Given;
    readonly read: RecordHead["read"];
    /** What waited then: as long as the same waits now, the turn ends there, too, and what it says is heard when it was. */
    readonly endsWith?: readonly Pending[];
  }): void {
    const { place, mark, given, read, endsWith } = turn,
      { state, waiters } = lane,
      { slots, partitions, mailbox } = this.#now;
    const { draft, changed } = decideAgain(
      { state, waiters, actorOf: this.#actorOf, slotOf: slots.of },
      place,
      given,
      endsWith,
    );
    const decided = decodeRecord({
      subject: "decided now",
      ...mark,
      payload: draft.bytes,
    });
    settleWaiters(waiters, draft);
    slots.adopt(changed);
    partitions.fold(lane, { ...draft.head, read }, mark);
    mailbox.post(place.partition, mark, decided.sends);
    for (const { actor, error } of decided.dead) {
      this.#dead.push({ actor, error: error.split("\n")[0] ?? "" });
    }
    this.#outcomes.told("decided", decided.results);
    this.#tell("decided", decided, mark);
  }

  #tell(side: Side, { entries, inputs, partition, atMs }: TurnRecord, { sequence }: Mark): void {
    for (const entry of entries) {
      const input = inputs[entry.cause], type = input?.command?.type;
      const cause = { causeId: input?.id ?? "", ...(type !== undefined && { causeType: type }) };
      this.#courses.take(side, { entry, partition, sequence, atMs, ...cause });
    }
  }

  /** Two states of one history are one: that halves what has to be kept. */
  #share(actor: ActorId): void {
    if (this.#courses.together(actor)) this.#recorded.slots.set(actor, this.#now.slots.of(actor));
  }
}

const nothingDone = { took: 0, out: [], timers: [], dead: [], parked: [], operations: [] } as const;

function earliest({ steps }: Given): number | undefined {
  const times = steps.flatMap((step) =>
    "incoming" in step && "packed" in step.incoming ? [step.incoming.packed.atMs] : []
  );
  return times.length === 0 ? undefined : Math.min(...times);
}
