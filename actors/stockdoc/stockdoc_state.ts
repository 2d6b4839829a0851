import { Map } from "immutable";
import type { Answer, Json, Rejection } from "../actor.ts";
import type { Sku } from "../ids.ts";
import type { FailedLine, StockDocAsked, StockDocEvent, StockDocOpened } from "./stockdoc_events.ts";

export type StockDocRejection = Rejection<
  "unknown-document" | "idempotency-mismatch" | "stock-claimed" | "stock-below-zero"
>;

/** A document that has been opened. What it was and how it ended is remembered for ever. */
export interface OpenedDoc extends Readonly<StockDocOpened["data"]> {
  readonly key: string;
  readonly priority: number | null;
  readonly step: "locate" | StockDocAsked["data"]["step"];
  /** SKUs that have not answered yet. */
  readonly waiting: number;
  readonly failed: Map<Sku, FailedLine>;
  readonly status: "pending" | "received" | "adjusted" | "refused";
}
export type StockDocState = { readonly key: string; readonly fingerprint: null } | OpenedDoc;

export function evolve(state: StockDocState, event: StockDocEvent): StockDocState {
  if (event.type === "stock_document.opened") {
    const { key } = state;
    const open = {
      priority: null,
      step: "locate",
      waiting: 0,
      failed: Map<Sku, FailedLine>(),
      status: "pending",
    } as const;
    return { ...event.data, key, ...open };
  }
  if (state.fingerprint === null) {
    throw new Error(`Cannot apply ${event.type} to ${state.key}: it was not opened`);
  }
  switch (event.type) {
    case "stock_document.located":
      return { ...state, priority: event.data.priority };
    case "stock_document.asked":
      return { ...state, step: event.data.step, waiting: event.data.skus };
    case "stock_document.answered": {
      const { skus, failed } = event.data;
      const all = state.failed.withMutations((map) => failed.forEach((line) => map.set(line.sku, line)));
      return { ...state, waiting: state.waiting - skus, failed: all };
    }
    case "stock_document.settled":
      return { ...state, status: event.data.status };
  }
}

/** The first answer, for whoever asks whenever. */
export function answer(state: StockDocState): Answer {
  if (state.fingerprint === null) return { ok: false, rejection: unknown(state.key) };
  if (state.status === "refused") return { ok: false, rejection: refusal(state) };
  return { ok: true, value: view(state) };
}

function view({ kind, location, reference, reason, lines, status }: OpenedDoc): Json {
  if (kind === "adjustment") {
    const shown = lines.map(({ sku, delta }) => ({ sku, delta }));
    return { location, reference, reason: reason ?? "", lines: shown, status };
  }
  return { location, reference, lines: lines.map(({ sku, delta }) => ({ sku, quantity: delta })), status };
}

/** Names each line that stands in the way, with its numbers. What is only claimed could be forced; the rest is not there. */
function refusal({ lines, failed, location, force }: OpenedDoc): StockDocRejection {
  const errors = lines.flatMap(({ sku, delta }, index) => {
    const line = failed.get(sku);
    if (line === undefined) return [];
    const { outcome, free } = line;
    const detail = outcome === "claimed" || force === true
      ? `Cannot take ${-delta} units: ${free} are not claimed`
      : `Cannot take ${-delta} units: ${free} are there`;
    return [{ pointer: `/lines/${index}/delta`, detail, sku, delta, available: free }];
  });
  const claimed = failed.some(({ outcome }) => outcome === "claimed");
  const detail =
    `Cannot adjust stock at ${location}: ${errors.length} of ${lines.length} lines take more than may go`;
  return { reason: claimed ? "stock-claimed" : "stock-below-zero", detail, errors };
}

export function unknown(key: string): StockDocRejection {
  return { reason: "unknown-document", detail: `Cannot show stock document ${key}: there is none` };
}

export function encode(state: StockDocState): Json {
  if (state.fingerprint === null) return { key: state.key, fingerprint: null };
  const stored: object = { ...state, failed: [...state.failed.values()] };
  return stored as Json;
}

export function decode(json: Json): StockDocState {
  type Stored = { readonly key: string; readonly fingerprint: null } | StoredDoc;
  const stored = json as object as Stored;
  if (stored.fingerprint === null) return stored;
  return { ...stored, failed: Map(stored.failed.map((line) => [line.sku, line])) };
}
type StoredDoc = Omit<OpenedDoc, "failed"> & { readonly failed: readonly FailedLine[] };

export function sizeOf(state: StockDocState): number {
  return state.fingerprint === null ? 128 : 1024 + state.lines.length * 128 + state.failed.size * 320;
}
