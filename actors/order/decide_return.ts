import {
  accept,
  type Accepted,
  assert,
  type Cause,
  type Message,
  reject,
  type Rejected,
  type Rejection,
} from "../actor.ts";
import type { ReturnGoods } from "../return/return_commands.ts";
import { actorId, type Sku } from "../ids.ts";
import type { AuthoriseReturn, ReturnTold } from "../return/return_messages.ts";
import { answeredAs, answerOf, returnTopic } from "./answers.ts";
import { refuse } from "./decide_payment.ts";
import { begin, type Draft, finish, record } from "./draft.ts";
import type { OrderEvent, OrderRefusal } from "./events.ts";
import { mismatch, type OrderRejection } from "./rejections.ts";
import type { OrderReturnRequested, ReturnedLine, ReturningLine } from "./return_events.ts";
import { bySku, type KnownOrder, linesOf, type Return, unitsOf } from "./state.ts";

/** Returns have natural keys, which hold for ever: beyond this many, refused ones included, an order takes no more. */
export const returnsMax = 1_000;
/** Refusals are remembered for ever. */
const errorsMax = 100;

type OrderDecision = Accepted<OrderEvent> | Rejected<OrderRejection>;

/** The customer sends goods back. It touches no stock, so it never waits for work in progress: only what has left already counts. */
export function decideReturn(state: KnownOrder, command: ReturnGoods, cause: Cause): OrderDecision {
  const topic = returnTopic(command.reference), earlier = answeredAs(state, topic);
  if (earlier && earlier.fingerprint !== command.fingerprint) return reject(mismatch);
  if (earlier) {
    const begins = state.returns.some(({ return: id, begun }) => id === command.return && !begun);
    return accept([], { reply: begins ? { later: topic } : { ...answerOf(state, topic), replayed: true } });
  }
  if (state.answers.filter((known) => known.topic.startsWith(returnTopic(""))).length >= returnsMax) {
    return reject(tooMany);
  }
  const elsewhere = notBrought(state, command);
  if (elsewhere) return reject(elsewhere);
  const draft = begin(state, cause);
  const refusal = exceeds(state, command);
  if (refusal) {
    refuse(draft, command, refusal);
    return finish(draft, answerOf(draft.state, topic));
  }
  const { type: _, ...asked } = command;
  record(draft, "order.return_requested", { ...asked, atMs: cause.atMs, ...unitsToReturn(state, command) });
  draft.messages.push(authorisation(state, command));
  return finish(draft, { later: topic });
}

/** Nothing is remembered of it: what the carrier did may be heard of later. */
function notBrought({ shipments }: KnownOrder, { arrived }: ReturnGoods): OrderRejection | undefined {
  if (arrived?.kind !== "rto") return undefined;
  const known = shipments.find(({ shipment }) => shipment === arrived.shipment);
  if (known === undefined) {
    const detail = `Cannot take the parcel back: the order has no shipment ${arrived.shipment}`;
    return { reason: "unknown-shipment", detail };
  }
  const status = known.parcel?.status ?? "unknown";
  if (status === "return_to_sender") return undefined;
  const detail = `Cannot take the parcel back: by its carrier's word it is ${status}`;
  return { reason: "parcel-not-returned", detail };
}

/** Shipped, and in no other return. A service does not come back. */
function returnable(state: KnownOrder, index: number): number {
  const { service, shipped, returning } = state.lines[index]!;
  return service ? 0 : shipped - returning;
}

/** Of what came without paper, only services cannot be: nobody can have sent them. */
function exceeds(state: KnownOrder, { lines, arrived }: ReturnGoods): Rejection<OrderRefusal> | undefined {
  const left = new Map<Sku, number>();
  const errors = lines.flatMap(({ sku, quantity: requested }, i) => {
    const places = linesOf(state.placed, sku);
    const most = left.get(sku) ?? places.reduce((sum, at) => sum + returnable(state, at), 0);
    left.set(sku, Math.max(0, most - requested));
    const unasked = arrived?.kind === "blind" && !places.some((at) => state.lines[at]!.service);
    if (requested <= most || unasked) return [];
    const detail = `Only ${most} of ${requested} were shipped and are in no other return`;
    return [{ pointer: `/lines/${i}/quantity`, detail, sku, requested, returnable: most }];
  });
  if (errors.length === 0) return undefined;
  const detail = `Cannot take goods back: ${errors.length} lines name more than was shipped`;
  return { reason: "exceeds-shipped", detail, errors: errors.slice(0, errorsMax) };
}

/** What the lines can take; the rest, if it came without paper, is beyond them. */
function unitsToReturn(
  state: KnownOrder,
  { lines, arrived }: ReturnGoods,
): Pick<OrderReturnRequested["data"], "lines" | "beyond"> {
  const rows: ReturningLine[] = [], beyond: { sku: Sku; quantity: number }[] = [];
  for (const [sku, quantity] of bySku(lines)) {
    let left = quantity;
    for (const i of linesOf(state.placed, sku)) {
      const units = Math.min(left, returnable(state, i));
      left -= units;
      const returning = state.lines[i]!.returning + units;
      if (units > 0) rows.push({ line: i + 1, sku, quantity: units, returning });
    }
    if (left === 0) continue;
    assert(
      arrived?.kind === "blind",
      `Cannot return ${quantity} of ${sku}: ${left} more than was shipped`,
    );
    beyond.push({ sku, quantity: left });
  }
  return { lines: rows.sort((a, b) => a.line - b.line), ...(beyond.length > 0 && { beyond }) };
}

function authorisation({ placed }: KnownOrder, command: ReturnGoods): Message {
  const { reference, reason, by, parcel, arrived } = command;
  const lines = Array.from(bySku(command.lines), ([sku, quantity]) => ({ sku, quantity }));
  const what = { reference, reason, lines, by, ...(parcel && { parcel }), ...(arrived && { arrived }) };
  const message: AuthoriseReturn = { type: "authorise", order: placed.order, ...what };
  return { to: actorId("return", command.return), message };
}

/** What a return says of itself: the order's lines follow, and its history tells it. */
export function hearReturn(state: KnownOrder, told: ReturnTold, cause: Cause): Accepted<OrderEvent> {
  const known = state.returns.find((one) => one.return === told.return);
  assert(known, `Cannot hear of return ${told.return}: the order has none such`);
  const draft = begin(state, cause);
  tell(draft, known, told);
  return finish(draft);
}

function tell(draft: Draft, known: Return, told: ReturnTold): void {
  const { return: id, atMs } = told;
  switch (told.news) {
    case "authorised":
      record(draft, "order.return_authorised", { return: id, atMs });
      if (!known.arrived) draft.settles.push(returnTopic(known.reference));
      return;
    case "received": {
      const lines = receivedLines(draft.state, known, told.lines),
        { location, by } = told,
        { beyond } = known;
      const came = { return: id, location, lines, ...(beyond && { beyond }), by, atMs };
      record(draft, "order.return_received", came);
      if (known.arrived) draft.settles.push(returnTopic(known.reference)); // All of it, at once.
      return;
    }
    case "graded":
      return record(draft, "order.return_graded", { return: id, lines: told.lines, by: told.by, atMs });
    case "ended": {
      const lines = lostLines(draft.state, known, told.lines), { status, by } = told;
      const ended = { return: id, status, lines, ...(by !== undefined && { by }), atMs };
      return record(draft, "order.return_ended", ended);
    }
  }
}

type Units = readonly { readonly sku: Sku; readonly quantity: number }[];

/** The first lines of the return get theirs first. */
function receivedLines(state: KnownOrder, known: Return, units: Units): ReturnedLine[] {
  return spread(known, units).map(({ line, sku, quantity }) => {
    return { line, sku, quantity, returned: state.lines[line - 1]!.returned + quantity };
  });
}

function lostLines(state: KnownOrder, known: Return, units: Units): ReturningLine[] {
  return spread(known, units).map(({ line, sku, quantity }) => {
    return { line, sku, quantity, returning: state.lines[line - 1]!.returning - quantity };
  });
}

function spread(known: Return, units: Units) {
  const rows: { line: number; sku: Sku; quantity: number }[] = [];
  for (const [sku, quantity] of bySku(units)) {
    let left = quantity - unitsOf((known.beyond ?? []).filter((unit) => unit.sku === sku));
    for (const of of known.lines) {
      if (of.sku !== sku) continue;
      const taken = Math.min(left, of.quantity - of.received);
      left -= taken;
      if (taken > 0) rows.push({ line: of.line, sku, quantity: taken });
    }
    assert(
      left === 0,
      `Cannot hear of ${quantity} units of ${sku} in ${known.return}: that is more than may come`,
    );
  }
  return rows;
}

const tooMany: OrderRejection = {
  reason: "too-many-returns",
  detail: `Cannot take goods back: the order has ${returnsMax} returns already`,
};
