import type { Event } from "../actor.ts";
import type { OrderId, ShipmentId } from "../ids.ts";
import type { CaseId } from "./case_id.ts";

// Wire names and versions are what the log holds for years. Add a version; never edit one.

export const casePriorities = ["low", "normal", "high", "urgent"] as const;
export type CasePriority = (typeof casePriorities)[number];

/** What a person or a rule asks for: who, how soon, by when. Decided once; later rules change no case that is open. */
export interface CaseDuty {
  readonly team: string;
  readonly priority: CasePriority;
  readonly dueAtMs: number;
}

/** Something about a parcel needs a person. `problem`: `delayed/<reason>`, `<status>` or `<status>/<sub-status>`. */
export type ParcelCaseOpened = Event<
  "parcel.case_opened",
  1,
  CaseDuty & {
    readonly case: CaseId;
    /** Counts the cases of the parcel. */
    readonly number: number;
    readonly problem: string;
    /** Which time the parcel has this problem: the count of its status changes, or when the delay began. */
    readonly episode: number;
    readonly description: string;
    /** The first shipment that travels in the parcel; of a receiver's request, the one that it is about. */
    readonly order: OrderId;
    readonly shipment: ShipmentId;
    readonly atMs: number;
  }
>;

/** What a person did: under which Idempotency-Key, and with which API key. */
interface ByPerson {
  readonly request: string;
  readonly fingerprint: string;
  readonly by: string;
}
/** Somebody wrote something down. The text may speak of people, and lies in PERSONAL under the id of the note. */
export type ParcelCaseNoted = Event<
  "parcel.case_noted",
  1,
  ByPerson & {
    readonly case: CaseId;
    readonly note: string;
    readonly personal: true;
    readonly atMs: number;
  }
>;
/** A person gave it to another team, or changed how soon it has to be done. Only what was named. */
export type ParcelCaseChanged = Event<
  "parcel.case_changed",
  1,
  ByPerson & Partial<CaseDuty> & { readonly case: CaseId; readonly atMs: number }
>;

export const caseOutcomes = ["resolved", "dismissed"] as const;
/** `cleared`: the problem went away by itself. */
export const caseEnds = ["cleared", ...caseOutcomes] as const;
export type CaseEnd = (typeof caseEnds)[number];
export type ParcelCaseClosed = Event<
  "parcel.case_closed",
  1,
  Partial<ByPerson> & { readonly case: CaseId; readonly reason: CaseEnd; readonly atMs: number }
>;

export type ParcelCaseEvent = ParcelCaseOpened | ParcelCaseNoted | ParcelCaseChanged | ParcelCaseClosed;
