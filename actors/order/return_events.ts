import type { Event } from "../actor.ts";
import type { ReturnGoods } from "../return/return_commands.ts";
import type { LocationCode, ReturnId, Sku } from "../ids.ts";
import type { GradedLine } from "../return/return_events.ts";

/** Events of what comes back to an order; wire names and versions are for ever, as in `events.ts`. */

/** These units may come back, and no other return may name them. The return's own process is asked to begin. */
export type OrderReturnRequested = Event<
  "order.return_requested",
  1,
  & Omit<ReturnGoods, "type" | "lines">
  & Beyond
  & { readonly atMs: number; readonly lines: readonly ReturningLine[] }
>;
/** Units without paper that the order did not ship, or that are in other returns: no line of it counts them. */
interface Beyond {
  readonly beyond?: readonly { readonly sku: Sku; readonly quantity: number }[];
}
/** `quantity` units of a line. `returning`: of the line, in all returns, this one included. */
export interface ReturningLine {
  readonly line: number;
  readonly sku: Sku;
  readonly quantity: number;
  readonly returning: number;
}
/** The return's process has begun: its goods may come. */
export type OrderReturnAuthorised = Event<"order.return_authorised", 1, {
  readonly return: ReturnId;
  readonly atMs: number;
}>;
export type OrderReturnReceived = Event<
  "order.return_received",
  1,
  Beyond & {
    readonly return: ReturnId;
    readonly location: LocationCode;
    readonly lines: readonly ReturnedLine[];
    readonly by: string;
    readonly atMs: number;
  }
>;
/** `returned`: of the line, in all returns, this receipt included. */
export interface ReturnedLine {
  readonly line: number;
  readonly sku: Sku;
  readonly quantity: number;
  readonly returned: number;
}
export type OrderReturnGraded = Event<"order.return_graded", 1, {
  readonly return: ReturnId;
  readonly lines: readonly GradedLine[];
  readonly by: string;
  readonly atMs: number;
}>;
/** Nothing more comes. `lines`: what never came, and may be returned again. `by` is absent when its time was over. */
export type OrderReturnEnded = Event<"order.return_ended", 1, {
  readonly return: ReturnId;
  readonly status: "settled" | "cancelled" | "expired";
  readonly lines: readonly ReturningLine[];
  readonly by?: string;
  readonly atMs: number;
}>;

export type OrderReturnEvent =
  | OrderReturnRequested
  | OrderReturnAuthorised
  | OrderReturnReceived
  | OrderReturnGraded
  | OrderReturnEnded;
