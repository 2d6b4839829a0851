import { assert } from "../actor.ts";
import { actorId, type LocationCode, type Sku } from "../ids.ts";
import type { LocationAnswered, LocationStocked } from "../protocol.ts";
import type { ReturnAnswered, SkuMessageFromReturn, SkuReturnAnswer } from "./return_messages.ts";
import { bucketOfDisposition } from "./disposition.ts";
import type { Draft } from "./draft.ts";
import { restocksLeft, workOf } from "./evolve.ts";
import { type GradedLine, returnEvent, type ShortMove } from "./return_events.ts";
import {
  type Grading,
  movesOf,
  type Receipt,
  restocksOf,
  type ReturnRejection,
  type Work,
} from "./return_state.ts";

/**
 * What a receipt or a grading does, step by step: locations say their priorities (and remember what comes to lie there), SKUs move
 * their units, and units that are sold as another SKU come to it once they have left theirs. Nothing is answered before the last SKU.
 */
export function begin(draft: Draft, operation: number): void {
  const work = workOf(draft.state, operation);
  if (work.step === "move") return askSkus(draft, work);
  const { key } = draft.state;
  for (const [location, skus] of stockedAt(work)) {
    const message: LocationStocked = {
      type: "stocked",
      doc: String(operation),
      skus: [...skus],
      asker: actorId("return", key),
    };
    draft.messages.push({ to: actorId("location", location), message });
  }
}

function stockedAt(work: Work): ReadonlyMap<LocationCode, ReadonlySet<Sku>> {
  if (work.kind === "receive") return new Map([[work.location, new Set(work.lines.map(({ sku }) => sku))]]);
  const places = new Map<LocationCode, Set<Sku>>();
  for (const { location, restockAs } of restocksOf(work)) {
    places.set(location, (places.get(location) ?? new Set<Sku>()).add(restockAs));
  }
  return places;
}

export function locate(draft: Draft, { doc, location, priority }: LocationAnswered): void {
  assert(location !== undefined, `Cannot locate ${draft.state.key}: the location did not say who it is`);
  const operation = Number(doc);
  draft.emit(returnEvent("order_return.located", { operation, location, priority }));
  const work = workOf(draft.state, operation);
  if (work.step === "move") askSkus(draft, work);
}

function askSkus(draft: Draft, work: Work): void {
  movesOf(work).forEach(({ sku, location, quantity }, move) => {
    const of = { return: draft.state.key, operation: work.operation, move, location, quantity };
    const message: SkuMessageFromReturn = work.kind === "receive"
      ? { type: "return.receive", ...of, priority: priorityAt(work, location) }
      : { type: "return.grade", ...of, ...fateOf(work, move) };
    draft.messages.push({ to: actorId("sku", sku), message });
  });
}

function fateOf({ lines, moves }: Grading, move: number) {
  const { grade, disposition } = lines[moves[move]!.line]!;
  return { grade, to: bucketOfDisposition[disposition] };
}

function priorityAt({ priorities }: Work, at: LocationCode): number | null {
  return priorities.find(({ location }) => location === at)?.priority ?? null;
}

/** Answers of several operations may come as one. */
export function hear(draft: Draft, { answers }: ReturnAnswered): void {
  const byOperation = new Map<number, SkuReturnAnswer[]>();
  for (const answer of answers) {
    byOperation.set(answer.operation, [...byOperation.get(answer.operation) ?? [], answer]);
  }
  for (const [operation, all] of byOperation) hearOf(draft, workOf(draft.state, operation), all);
}

function hearOf(draft: Draft, work: Work, answers: readonly SkuReturnAnswer[]): void {
  const { operation } = work, answered = answers.length;
  assert(
    answered <= work.waiting && work.step !== "locate",
    `Cannot count ${answered} answers: ${work.waiting} are awaited`,
  );
  const short = answers.flatMap(({ move, there }) => there === undefined ? [] : [{ move, there }]);
  if (answered < work.waiting) {
    return draft.emit(returnEvent("order_return.answered", { operation, answered, short }));
  }
  if (work.kind === "receive") return finishReceipt(draft, work);
  const all = [...work.short, ...short];
  const restocks = work.step === "move" ? restocksLeft(work, all) : [];
  if (restocks.length === 0) return finishGrading(draft, work, all);
  draft.emit(returnEvent("order_return.restock_asked", { operation, short }));
  for (const { restockAs, move, location, quantity } of restocks) {
    const of = { return: draft.state.key, operation, move, location, quantity };
    const message: SkuMessageFromReturn = {
      type: "return.restock",
      ...of,
      priority: priorityAt(work, location),
    };
    draft.messages.push({ to: actorId("sku", restockAs), message });
  }
}

function finishReceipt(draft: Draft, { operation, location, lines, by, atMs, request }: Receipt): void {
  draft.emit(returnEvent("order_return.received", { operation, location, lines, by, atMs }));
  draft.tellOrder({ news: "received", location, lines, by, atMs });
  draft.settles.push(request);
}

function finishGrading(draft: Draft, work: Grading, short: readonly ShortMove[]): void {
  const { operation, by, atMs, request, moves } = work;
  const left = short.map(({ move }) => moves[move]!);
  const lines = work.lines.flatMap((line, i): GradedLine[] => {
    let { quantity } = line;
    for (const move of left) if (move.line === i) quantity -= move.quantity;
    return quantity === 0 ? [] : [{ ...line, quantity }];
  });
  const rejection = short.length === 0 ? {} : { rejection: notThere(work, short) };
  const back = left.map(({ line: _, ...move }) => move);
  draft.emit(returnEvent("order_return.graded", { operation, lines, left: back, ...rejection, by, atMs }));
  if (lines.length > 0) draft.tellOrder({ news: "graded", lines, by, atMs });
  draft.settles.push(request);
}

/** Somebody took the units out of quality control: a person has to look where they are. */
function notThere({ lines, moves }: Grading, short: readonly ShortMove[]) {
  const errors = short.slice(0, errorsMax).map(({ move, there }) => {
    const { line, sku, location, quantity } = moves[move]!;
    const detail = `Only ${there} of ${quantity} are in quality control at ${location}`;
    return { pointer: `/lines/${line}/quantity`, detail, sku, requested: quantity, there };
  });
  const lacking = new Set(short.map(({ move }) => moves[move]!.line)).size;
  const detail =
    `Cannot grade ${lacking} of ${lines.length} lines: their goods are not there; the rest is graded`;
  return { reason: "not-in-quality-control", detail, errors } satisfies ReturnRejection;
}
const errorsMax = 100;
