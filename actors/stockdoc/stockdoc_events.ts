import type { Event } from "../actor.ts";
import type { LocationCode, Sku } from "../ids.ts";

// Wire names and versions are what the log holds for years. Add a version; never edit one.

export interface StockDocLine {
  readonly sku: Sku;
  /** Positive for what comes in. */
  readonly delta: number;
}
export interface FailedLine {
  readonly sku: Sku;
  readonly outcome: "claimed" | "below_zero";
  /** How many units could be taken away. */
  readonly free: number;
}

export type StockDocOpened = Event<"stock_document.opened", 1, {
  readonly kind: "receipt" | "adjustment";
  readonly location: LocationCode;
  readonly reference: string;
  readonly fingerprint: string;
  /** Of an adjustment. */
  readonly reason?: string;
  readonly force?: boolean;
  readonly lines: readonly StockDocLine[];
}>;
export type StockDocLocated = Event<"stock_document.located", 1, { readonly priority: number | null }>;
/** So many SKUs were asked; the next step is taken when all have answered. */
export type StockDocAsked = Event<
  "stock_document.asked",
  1,
  { readonly step: "hold" | "apply" | "release"; readonly skus: number }
>;
export type StockDocAnswered = Event<
  "stock_document.answered",
  1,
  { readonly skus: number; readonly failed: readonly FailedLine[] }
>;
export type StockDocSettled = Event<
  "stock_document.settled",
  1,
  { readonly status: "received" | "adjusted" | "refused" }
>;

export type StockDocEvent =
  | StockDocOpened
  | StockDocLocated
  | StockDocAsked
  | StockDocAnswered
  | StockDocSettled;

/** Every (type, version) that was ever written. A missing one does not compile. */
export const stockDocEventVersions = {
  "stock_document.opened": [1],
  "stock_document.located": [1],
  "stock_document.asked": [1],
  "stock_document.answered": [1],
  "stock_document.settled": [1],
} as const satisfies { readonly [Type in StockDocEvent["type"]]: readonly number[] };
