import type { Event, Rejection } from "../actor.ts";
import type { LocationCode, OrderId, Sku } from "../ids.ts";
import type { Standing } from "../parcel/status.ts";
import type { Disposition, Grade } from "./disposition.ts";
import type { Arrival, ReturnParcel } from "./return_commands.ts";

// Wire names and versions are what the log holds for years. Add a version; never edit one.

export interface ReturnLine {
  readonly sku: Sku;
  readonly quantity: number;
}
export interface GradedLine extends ReturnLine {
  readonly grade: Grade;
  readonly disposition: Disposition;
  readonly restockAs?: Sku;
}
/** Units of one SKU at one location, which that SKU is told of. */
export interface Move extends ReturnLine {
  readonly location: LocationCode;
}
/** `line`: whose part it is, counted from 0. */
export interface GradeMove extends Move {
  readonly line: number;
}

export type ReturnAuthorised = Event<"order_return.authorised", 1, {
  readonly order: OrderId;
  readonly reference: string;
  readonly reason: string;
  readonly lines: readonly ReturnLine[];
  /** In which it travels, where that was said. */
  readonly parcel?: ReturnParcel;
  /** Present when all of it is there already. */
  readonly arrived?: Arrival;
  readonly by: string;
  readonly atMs: number;
  /** By when the first of it has to come. */
  readonly expiresAtMs: number;
}>;

/** The carrier says something else of its parcel. `version` counts the parcel's changes. */
export type ReturnParcelMovedOn = Event<
  "order_return.parcel_moved",
  1,
  Standing & { readonly atMs: number; readonly version: number }
>;

/** `operation` counts 1, 2, 3 …; `request` and `fingerprint` know it again when it is asked for twice. */
interface Asked {
  readonly operation: number;
  readonly request: string;
  readonly fingerprint: string;
  readonly by: string;
  readonly atMs: number;
}
/** Goods came to a location: it and their SKUs are told. */
export type ReturnReceiptAsked = Event<
  "order_return.receipt_asked",
  1,
  Asked & { readonly location: LocationCode; readonly lines: readonly ReturnLine[] }
>;
/** Goods that came are graded: each SKU is told of its moves, and of those that it gets of another one. */
export type ReturnGradingAsked = Event<
  "order_return.grading_asked",
  1,
  Asked & { readonly lines: readonly GradedLine[]; readonly moves: readonly GradeMove[] }
>;
/** A location told its priority. */
export type ReturnLocated = Event<"order_return.located", 1, {
  readonly operation: number;
  readonly location: LocationCode;
  readonly priority: number | null;
}>;
/** Part of the answers to a step, while others are missing. */
export type ReturnAnswered = Event<"order_return.answered", 1, {
  readonly operation: number;
  readonly answered: number;
  readonly short: readonly ShortMove[];
}>;
/** Nothing was done about this move: only so many units were in quality control there. */
export interface ShortMove {
  readonly move: number;
  readonly there: number;
}
/** Every SKU has let its units go; those that are sold as another one come to it now. */
export type ReturnRestockAsked = Event<"order_return.restock_asked", 1, {
  readonly operation: number;
  readonly short: readonly ShortMove[];
}>;
/** Every SKU has its units. */
export type ReturnReceived = Event<"order_return.received", 1, {
  readonly operation: number;
  readonly location: LocationCode;
  readonly lines: readonly ReturnLine[];
  readonly by: string;
  readonly atMs: number;
}>;
/** `lines`: what was done. `rejection`: present when some of it could not be. */
export type ReturnGraded = Event<"order_return.graded", 1, {
  readonly operation: number;
  readonly lines: readonly GradedLine[];
  /** Still to be graded, as before. */
  readonly left: readonly Move[];
  readonly rejection?: Rejection<"not-in-quality-control">;
  readonly by: string;
  readonly atMs: number;
}>;
/** `lines`: what was authorised and never came. `by`, `request` and `fingerprint` are absent when its time was over. */
export type ReturnEnded = Event<"order_return.ended", 1, {
  readonly status: "settled" | "cancelled" | "expired";
  readonly lines: readonly ReturnLine[];
  readonly by?: string;
  readonly request?: string;
  readonly fingerprint?: string;
  readonly atMs: number;
}>;
/** A refusal, remembered so that asking again is answered the same. */
export type ReturnRefused = Event<"order_return.refused", 1, {
  readonly request: string;
  readonly fingerprint: string;
  readonly rejection: Rejection<ReturnRefusal>;
}>;
export type ReturnRefusal =
  | "exceeds-authorised"
  | "exceeds-received"
  | "return-closed"
  | "return-received"
  | "return-ungraded";

export type ReturnEvent =
  | ReturnAuthorised
  | ReturnParcelMovedOn
  | ReturnReceiptAsked
  | ReturnGradingAsked
  | ReturnLocated
  | ReturnAnswered
  | ReturnRestockAsked
  | ReturnReceived
  | ReturnGraded
  | ReturnEnded
  | ReturnRefused;

/** Every (type, version) that was ever written. A missing one does not compile. */
export const returnEventVersions = {
  "order_return.authorised": [1],
  "order_return.parcel_moved": [1],
  "order_return.receipt_asked": [1],
  "order_return.grading_asked": [1],
  "order_return.located": [1],
  "order_return.answered": [1],
  "order_return.restock_asked": [1],
  "order_return.received": [1],
  "order_return.graded": [1],
  "order_return.ended": [1],
  "order_return.refused": [1],
} as const satisfies { readonly [Type in ReturnEvent["type"]]: readonly number[] };

type DataOf<Type extends ReturnEvent["type"]> = Extract<ReturnEvent, { readonly type: Type }>["data"];

/** Makes an event of version 1. */
export function returnEvent<Type extends ReturnEvent["type"]>(type: Type, data: DataOf<Type>): ReturnEvent {
  return { type, version: 1, data } as ReturnEvent;
}
