import type { Figures, FiguresAsked } from "../../projections/console/figures.ts";
import type { OrdersNow } from "../../projections/console/orders_now.ts";
import type { OutgoingNow } from "../../projections/console/outgoing_now.ts";
import type { CasesNow } from "../../projections/console/cases_now.ts";
import type { PartitionStatus, StreamStatus } from "../../streams/cluster/status.ts";
import type { Heartbeat } from "../../streams/cluster/members.ts";
import type { SwitchedOn } from "../../streams/operations/switches.ts";

/** Who may look at the console and act in it: an API key with the scope `operate`. */
export interface Operator {
  readonly keyId: string;
  /** As acts name who did them. */
  readonly name: string;
  /** Another one for another secret: a session is good for the very key that it was begun with. */
  readonly stamp: string;
}

/** A part of the system as it was read, or why it could not be. */
export type Told<T> = { readonly known: T } | { readonly unknown: string };

/** One reader of the log in one partition. */
export interface ReaderNow {
  readonly reader: string;
  /** Absent for callbacks, which are one piece of work. */
  readonly partition?: number;
  /** Messages that wait: at most so many. */
  readonly behind: number;
  /** How long the oldest of them has been stored; absent where an edge may not see that. */
  readonly waitingMs?: number;
}
export interface LogNow {
  readonly partitions: readonly PartitionStatus[];
  readonly members: readonly Heartbeat[];
  readonly streams: readonly StreamStatus[];
  readonly readers: readonly ReaderNow[];
}

/** Something that could not be done, and waits for an operator. */
export interface DeadLetterNow {
  /** `<source>/<key>` */
  readonly id: string;
  readonly what: string;
  readonly why: string;
  readonly waiting: number;
}
export interface HeldNow {
  readonly switches: ReadonlyMap<string, SwitchedOn>;
  /** Actors and kinds that an operator has paused, and how many messages wait for each. */
  readonly paused: readonly { readonly target: string; readonly waiting: number }[];
  readonly deadLetters: readonly DeadLetterNow[];
}

/** A carrier as this edge has heard it since it started, and what the rows say of it. */
export interface CarrierNow {
  readonly carrier: string;
  /** Callbacks by what became of them. */
  readonly callbacks: { readonly [result: string]: number };
  readonly heardAtMs?: number;
  /** The last reason why one was refused or could not be read. */
  readonly problem?: string;
  /** It asked to be left alone until then. */
  readonly pausedUntilMs?: number;
}
export interface CarriersNow {
  readonly sinceMs: number;
  readonly carriers: readonly CarrierNow[];
}

/** The whole system at one moment. */
export interface Reading {
  readonly atMs: number;
  readonly orders: Told<OrdersNow>;
  readonly log: Told<LogNow>;
  readonly held: Told<HeldNow>;
  readonly carriers: Told<CarriersNow>;
  readonly outgoing: Told<OutgoingNow>;
  readonly cases: Told<CasesNow>;
}

/** What came of an act. */
export interface Acted {
  readonly done: boolean;
  readonly said: string;
}

/** What the console shows and does; the rest of the system behind it. */
export interface ConsoleDesk {
  /** The operator whose key that is; undefined when there is none, it is revoked, or may not operate. */
  readonly operatorWith: (key: string) => Operator | undefined;
  /** The same by the key's id, as it stands now. */
  readonly operatorNamed: (keyId: string) => Operator | undefined;
  /** A MAC that only edges of this system can make. */
  readonly sign: (text: string) => string;
  /** Never rejects: what cannot be read says so. */
  readonly read: () => Promise<Reading>;
  readonly figures: (asked: FiguresAsked) => Promise<Figures>;
  /** All that is known of a dead letter; undefined when there is no such thing. */
  readonly deadLetter: (id: string) => Promise<object | undefined>;
  /** Does it, and records who did it and why. */
  readonly settle: (
    does: "retry" | "drop",
    id: string,
    act: { readonly by: string; readonly why: string },
  ) => Promise<Acted>;
}
