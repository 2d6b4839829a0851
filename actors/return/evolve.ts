import { type Answer, assert, never } from "../actor.ts";
import { asJson } from "../as_json.ts";
import type { ReturnId } from "../ids.ts";
import type { ReturnEvent, ReturnGraded, ReturnGradingAsked, ReturnReceived } from "./return_events.ts";
import {
  byGrade,
  bySku,
  type Grading,
  type KnownRequest,
  type OpenReturn,
  type Receipt,
  requestOf,
  restocksOf,
  type ReturnState,
  returnView,
  summed,
  type Work,
} from "./return_state.ts";

export function evolve(state: ReturnState, event: ReturnEvent): ReturnState {
  if (event.type === "order_return.authorised") {
    const { atMs: authorisedAtMs, ...data } = event.data, key = state.key as ReturnId;
    const nothing = { received: [], ungraded: [], graded: [], operations: 0, works: [], requests: [] };
    return { ...data, key, authorisedAtMs, ...nothing };
  }
  assert(state.order !== null, `Cannot apply ${event.type} to ${state.key}: it was not authorised`);
  return evolveOpen(state, event);
}

type Later = Exclude<ReturnEvent, { readonly type: "order_return.authorised" }>;

function evolveOpen(state: OpenReturn, event: Later): OpenReturn {
  switch (event.type) {
    case "order_return.parcel_moved":
      assert(state.parcel, `Cannot move the parcel of ${state.key}: it has none`);
      return { ...state, parcel: { ...state.parcel, moved: event.data } };
    case "order_return.receipt_asked":
      return begun(state, receiptOf(event.data));
    case "order_return.grading_asked":
      return grading(state, event.data);
    case "order_return.located":
      return changeWork(state, event.data.operation, (work) => located(work, event.data));
    case "order_return.answered": {
      const { answered, short } = event.data;
      return changeWork(state, event.data.operation, (work) => ({
        ...work,
        waiting: work.waiting - answered,
        short: [...work.short, ...short],
      }));
    }
    case "order_return.restock_asked":
      return changeWork(state, event.data.operation, (work) => restocking(work, event.data.short));
    case "order_return.received":
      return received(state, event.data);
    case "order_return.graded":
      return graded(state, event.data);
    case "order_return.ended":
      return ended(state, event.data);
    case "order_return.refused": {
      const { request, fingerprint, rejection } = event.data;
      return remember(state, { request, fingerprint, answer: { ok: false, rejection } });
    }
    default:
      return never(event);
  }
}

const started = { priorities: [], short: [] } as const;

function receiptOf(data: Omit<Receipt, "kind" | "step" | "waiting" | "priorities" | "short">): Receipt {
  return { ...data, kind: "receive", step: "locate", waiting: 1, ...started };
}

/** The units are nobody else's from here on. */
function grading(state: OpenReturn, data: ReturnGradingAsked["data"]): OpenReturn {
  const places = new Set(restocksOf(data).map(({ location }) => location)).size;
  const progress = places > 0
    ? { step: "locate" as const, waiting: places }
    : { step: "move" as const, waiting: data.moves.length };
  const ungraded = data.moves.reduce(
    (left, { sku, location, quantity }) =>
      left.map((move) =>
        move.sku === sku && move.location === location
          ? { ...move, quantity: move.quantity - quantity }
          : move
      ),
    state.ungraded,
  ).filter(({ quantity }) => quantity > 0);
  return begun({ ...state, ungraded }, { ...data, kind: "grade", ...progress, ...started });
}

function begun(state: OpenReturn, work: Work): OpenReturn {
  const { request, fingerprint, operation } = work;
  return {
    ...remember(state, { request, fingerprint }),
    operations: operation,
    works: [...state.works, work],
  };
}

function located(work: Work, { location, priority }: Work["priorities"][number]): Work {
  const priorities = [...work.priorities, { location, priority }];
  if (work.waiting > 1) return { ...work, priorities, waiting: work.waiting - 1 };
  const waiting = work.kind === "grade" ? work.moves.length : work.lines.length;
  return { ...work, priorities, step: "move", waiting };
}

function restocking(work: Work, short: Work["short"]): Work {
  assert(work.kind === "grade", `Cannot restock operation ${work.operation}: it grades nothing`);
  const all = [...work.short, ...short];
  return { ...work, step: "restock", short: all, waiting: restocksLeft(work, all).length };
}

/** Units that could not leave their SKU come to no other one. */
export function restocksLeft(work: Grading, short: Work["short"] = work.short) {
  return restocksOf(work).filter(({ move }) => !short.some((other) => other.move === move));
}

function received(state: OpenReturn, data: ReturnReceived["data"]): OpenReturn {
  const { location, lines, atMs, operation } = data, came = lines.map((line) => ({ ...line, location }));
  const { key: returnId, order: orderId } = state, receivedAt = new Date(atMs).toISOString();
  const next = {
    ...state,
    received: summed(state.received, lines, bySku),
    ungraded: summed(state.ungraded, came, (move) => JSON.stringify([move.sku, move.location])),
  };
  return done(next, operation, {
    ok: true,
    value: asJson({ returnId, orderId, location, lines, receivedAt }),
  });
}

function graded(state: OpenReturn, data: ReturnGraded["data"]): OpenReturn {
  const { lines, left, rejection, atMs, operation } = data, gradedAt = new Date(atMs).toISOString();
  const { key: returnId, order: orderId } = state;
  const next = {
    ...state,
    graded: summed(state.graded, lines, byGrade),
    ungraded: summed(left, state.ungraded, (move) => JSON.stringify([move.sku, move.location])),
  };
  return done(
    next,
    operation,
    rejection === undefined
      ? { ok: true, value: asJson({ returnId, orderId, lines, gradedAt }) }
      : { ok: false, rejection },
  );
}

function ended(state: OpenReturn, { status, request, fingerprint }: {
  readonly status: NonNullable<OpenReturn["ended"]>;
  readonly request?: string;
  readonly fingerprint?: string;
}): OpenReturn {
  const next = { ...state, ended: status };
  if (request === undefined || fingerprint === undefined) return next;
  return remember(next, { request, fingerprint, answer: { ok: true, value: returnView(next) } });
}

/** What was decided under the request stays its answer. */
function done(state: OpenReturn, operation: number, answer: Answer): OpenReturn {
  const { request } = workOf(state, operation), known = requestOf(state, request);
  assert(known, `Cannot answer ${request}: it was not asked`);
  const works = state.works.filter((work) => work.operation !== operation);
  return {
    ...state,
    works,
    requests: state.requests.map((one) => one === known ? { ...one, answer } : one),
  };
}

function remember(state: OpenReturn, known: KnownRequest): OpenReturn {
  return { ...state, requests: [...state.requests, known] };
}

export function workOf(state: OpenReturn, operation: number): Work {
  const work = state.works.find((one) => one.operation === operation);
  assert(work, `Cannot go on with operation ${operation} of ${state.key}: it is not under way`);
  return work;
}

function changeWork(state: OpenReturn, operation: number, change: (work: Work) => Work): OpenReturn {
  const work = workOf(state, operation);
  return { ...state, works: state.works.map((one) => one === work ? change(work) : one) };
}
