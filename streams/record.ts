import type { ActorId } from "../actors/ids.ts";
import type { Json, Rejection } from "../actors/actor.ts";

/**
 * The turn record: the only way anything becomes true (DESIGN 2). One JetStream message on `events.<partition>`, JSON. A reader that
 * meets a `format` it does not know stops. Format 1 knew one partition; it is read as one that sends nothing and owns all buckets.
 */
export const recordFormat = 2;

/** A place in a stream together with what was seen there, so that loss and forks are noticed. */
export interface Mark {
  readonly sequence: number;
  /** SHA-256 of the message's payload, hex; "" for "nothing yet" (sequence 0). */
  readonly hash: string;
}

/** How far COMMANDS was read: every command of message `sequence` before `index` has been decided. */
export interface CommandMark extends Mark {
  /** `taken` commands of the message at `sequence` are done; all of them when it equals `of`. */
  readonly taken: number;
  readonly of: number;
}

/** A command as it was decided, for *why* and *what-if*; without personal data. */
export interface Input {
  /** The command's id, made at the edge; timers have `timer:<actor>:<name>:<dueMs>`. */
  readonly id: string;
  /** Its place in COMMANDS: stream sequence and index in the packed message. Absent for timers. */
  readonly at?: readonly [sequence: number, index: number];
  readonly atMs: number;
  readonly to: ActorId;
  /** Absent when the command itself is in an earlier record and only messages that follow from it were decided here. */
  readonly command?: { readonly type: string };
}

export interface Entry {
  readonly actor: ActorId;
  /** The actor's version after this event: 1, 2, 3 … without gaps. */
  readonly version: number;
  /** Index into `inputs`. */
  readonly cause: number;
  readonly type: string;
  /** The event's schema version. */
  readonly v: number;
  readonly data: Json;
}

/** A message between actors that is not yet decided. */
export interface Pending {
  readonly to: ActorId;
  readonly message: { readonly type: string };
  readonly cause: { readonly id: string; readonly atMs: number; readonly at?: readonly [number, number] };
  /** The actor that sent it. */
  readonly from: ActorId;
  /** Whom to answer: a command from outside that a partition passed on, because its actor lives elsewhere by now. */
  readonly asker?: Asker;
}

/** Who asked, and where the answer goes. */
export interface Asker {
  readonly id: string;
  readonly edge: string;
}

export interface Result {
  /** The id of the command from outside. */
  readonly id: string;
  /** `ok`, `later` (undecided in this turn), `defect`, or the rejection's reason. */
  readonly outcome: string;
}

export interface TimerRow {
  readonly actor: ActorId;
  readonly name: string;
  /** `null` clears it. */
  readonly dueMs: number | null;
}

/** A delivery that could not be decided: its actor stops, and what follows for it is parked. */
export interface Dead {
  readonly actor: ActorId;
  readonly input: number;
  readonly delivery: Pending;
  readonly error: string;
  readonly build: string;
}

export const operationKinds = ["retry", "drop", "pause", "resume"] as const;

/** What an operator did to an actor or a kind: why and who stands in the input. It comes after all else in its turn. */
export interface Operation {
  readonly does: (typeof operationKinds)[number];
  /** An actor, or `kind:<kind>`. */
  readonly target: ActorId;
  /** Index into `inputs`. */
  readonly input: number;
}

export interface TurnRecord {
  readonly format: typeof recordFormat;
  /** ULID. */
  readonly turn: string;
  readonly partition: number;
  readonly previous: Mark;
  /** The lease's revision. */
  readonly epoch: number;
  /** Milliseconds since 1970; never runs backwards within a partition. */
  readonly atMs: number;
  readonly read: {
    readonly commands: CommandMark;
    /** Everything that other partitions' records up to here in EVENTS say to this partition's actors has been taken. */
    readonly peers: Mark;
  };
  /** The buckets that are this partition's after this turn: from the first to before the second. */
  readonly range: BucketRange;
  /** Present when the turn gave buckets away: to whom, and which. */
  readonly split?: { readonly child: number; readonly range: BucketRange };
  /** Messages for actors of other partitions, which take them from here, in order. */
  readonly sends: readonly Pending[];
  /** How many of the waiting local messages this turn decided, from the head of the queue. */
  readonly took: number;
  readonly inputs: readonly Input[];
  readonly entries: readonly Entry[];
  readonly results: readonly Result[];
  /** What has not run yet, appended to the partition's queue of waiting local messages. */
  readonly out: readonly Pending[];
  readonly timers: readonly TimerRow[];
  readonly dead: readonly Dead[];
  /** Deliveries for an actor that is stopped or paused, kept in order until an operator lets them go. */
  readonly parked: readonly Pending[];
  /** Absent in most records. */
  readonly operations?: readonly Operation[];
}

/** Buckets from the first to before the second. */
export type BucketRange = readonly [from: number, to: number];

/** A turn record without its lists. */
export type RecordHead = Omit<TurnRecord, "sends" | "inputs" | "results" | "entries">;

export const streamNames = {
  commands: "COMMANDS",
  events: "EVENTS",
  snapshots: "SNAPSHOTS",
  personal: "PERSONAL",
  registry: "REGISTRY",
  callbacks: "CALLBACKS",
  operations: "OPERATIONS",
} as const;

export const subjects = {
  commands: (partition: number) => `commands.${partition}`,
  events: (partition: number) => `events.${partition}`,
  personal: (partition: number) => `personal.${partition}`,
  callbacks: "callbacks.received",
  replies: (edge: string) => `replies.${edge}`,
} as const;

/** A command from outside, as the edge packs it into COMMANDS. */
export interface PackedCommand {
  readonly id: string;
  readonly to: ActorId;
  readonly atMs: number;
  /** Whom to answer: the edge's id, part of `replies.<edge>`. */
  readonly edge: string;
  readonly command: { readonly type: string };
  /** The personal part; copied to PERSONAL once the command is accepted, and never into EVENTS. */
  readonly personal?: Json;
  /** W3C trace context of the request. */
  readonly traceparent?: string;
}
/** The payload of one COMMANDS message. */
export interface CommandPack {
  readonly format: 1;
  readonly commands: readonly PackedCommand[];
}

/** What the host sends to `replies.<edge>`, packed by turn. */
export interface ReplyPack {
  /** The turn record's place: the position that the answers imply. */
  readonly partition: number;
  readonly sequence: number;
  /** Records of other partitions that this turn took messages from, one for each: the answers imply these positions, too. */
  readonly sources?: readonly (readonly [partition: number, sequence: number])[];
  readonly replies: readonly Reply[];
}
export type Reply =
  | { readonly id: string; readonly ok: true; readonly value: Json; readonly replayed?: boolean }
  | { readonly id: string; readonly ok: false; readonly rejection: Rejection; readonly replayed?: boolean }
  | { readonly id: string; readonly defect: string };
