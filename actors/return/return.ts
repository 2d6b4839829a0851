import { accept, type Actor, type Cause, type Decision, never, reject } from "../actor.ts";
import type { EndReturn, GradeReturn, ReceiveReturn, ReturnCommandFromOutside } from "./return_commands.ts";
import { type ActorId, actorId } from "../ids.ts";
import type { LocationAnswered, TimerDue } from "../protocol.ts";
import { follow, hearParcel } from "./own_parcel.ts";
import type { AuthoriseReturn, ReturnAnswered, ReturnParcelMoved } from "./return_messages.ts";
import { arrive, stockAt } from "./arrival.ts";
import { Draft } from "./draft.ts";
import { evolve } from "./evolve.ts";
import { judgeEnd, judgeGrading, judgeReceipt, type Refused } from "./judge.ts";
import { type ReturnEvent, returnEvent } from "./return_events.ts";
import {
  answer,
  arrivedOf,
  check,
  decode,
  encode,
  type OpenReturn,
  requestOf,
  type ReturnRejection,
  type ReturnState,
  sizeOf,
  statusOf,
  unitsOf,
  unknown,
} from "./return_state.ts";
import { begin, hear, locate } from "./work.ts";

export type ReturnCommand =
  | ReturnCommandFromOutside
  | AuthoriseReturn
  | LocationAnswered
  | ReturnAnswered
  | ReturnParcelMoved
  | TimerDue;
type ReturnDecision = Decision<ReturnEvent, ReturnRejection>;

export const returnLimits = {
  /** A return of which nothing came for so long is over; what it bound may be returned again. */
  authorisedMsMax: 90 * 86_400_000,
  /** Requests that one return takes, refused ones included. */
  requestsMax: 500,
  /** Answers that `merge` joins into one: the cost of joining stays in proportion to their number. */
  answersMergedMax: 256,
} as const;
const expiryTimer = "expiry";

/**
 * Goods that come back: the order judges what may (`authorise`), and from there on the return knows what came where, and what was made
 * of it. No money moves here (decisions 0040, 0043).
 */
export const orderReturn: Actor<ReturnState, ReturnCommand, ReturnEvent, ReturnRejection> = {
  kind: "return",
  stateVersion: 1,
  initial: (key) => ({ key, order: null }),
  evolve,
  decide: (state, command, cause) =>
    state.order === null ? decideUnknown(state, command, cause) : decideOpen(state, command, cause),
  answer,
  touches,
  merge,
  encode,
  decode,
  sizeOf,
  check,
};

function decideUnknown(
  state: Extract<ReturnState, { readonly order: null }>,
  command: ReturnCommand,
  { atMs }: Cause,
): ReturnDecision {
  if (command.type === "timer") return accept();
  if (command.type !== "authorise") return reject(unknown(state.key));
  const { type: _, ...data } = command, { arrived } = command;
  const expiresAtMs = arrived ? atMs : atMs + returnLimits.authorisedMsMax;
  const event = returnEvent("order_return.authorised", { ...data, atMs, expiresAtMs });
  const draft = new Draft(evolve(state, event) as OpenReturn);
  draft.events.push(event);
  draft.tellOrder({ news: "authorised", atMs });
  if (arrived) arrive(draft, arrived.location, atMs);
  else draft.timers.push({ name: expiryTimer, dueMs: expiresAtMs });
  follow(draft);
  return draft.accept();
}

function decideOpen(state: OpenReturn, command: ReturnCommand, cause: Cause): ReturnDecision {
  switch (command.type) {
    case "receive":
    case "grade":
    case "cancel":
    case "settle":
      return request(state, command, cause);
    case "located": {
      const draft = new Draft(state);
      locate(draft, command);
      return draft.accept();
    }
    case "answered": {
      const draft = new Draft(state);
      hear(draft, command);
      return draft.accept();
    }
    case "parcel_moved": {
      const draft = new Draft(state);
      hearParcel(draft, command);
      // It was under way when its time was over, and comes no more.
      if (statusOf(draft.state) === "authorised" && state.expiresAtMs <= cause.atMs) {
        finish(draft, "expired", { atMs: cause.atMs });
      }
      return draft.accept();
    }
    case "timer":
      return expire(state, command);
    case "read":
      return accept([], { reply: "view" });
    case "authorise":
      throw new Error(`Cannot authorise ${state.key}: it was before`);
    default:
      return never(command);
  }
}

type Requested = ReceiveReturn | GradeReturn | EndReturn;

/** Once for each request; the same again gets the first answer. */
function request(state: OpenReturn, command: Requested, { atMs }: Cause): ReturnDecision {
  const { request, fingerprint } = command, before = requestOf(state, request);
  if (before && before.fingerprint !== fingerprint) return reject(mismatch);
  if (before) {
    return accept([], { reply: before.answer ? { ...before.answer, replayed: true } : { later: request } });
  }
  if (state.requests.length >= returnLimits.requestsMax) return reject(tooMany);
  switch (command.type) {
    case "receive":
      return receive(state, command, atMs);
    case "grade":
      return grade(state, command, atMs);
    default:
      return end(state, command, atMs);
  }
}

function receive(state: OpenReturn, command: ReceiveReturn, atMs: number): ReturnDecision {
  const refused = judgeReceipt(state, command);
  if (refused) return refuse(state, command, refused);
  const draft = new Draft(state), operation = state.operations + 1;
  const { type: _, ...data } = command;
  draft.emit(returnEvent("order_return.receipt_asked", { ...data, operation, atMs }));
  draft.timers.push({ name: expiryTimer, dueMs: null });
  begin(draft, operation);
  return draft.accept({ later: command.request });
}

function grade(state: OpenReturn, command: GradeReturn, atMs: number): ReturnDecision {
  const judged = judgeGrading(state, command);
  if ("refused" in judged) return refuse(state, command, judged.refused);
  const draft = new Draft(state), operation = state.operations + 1;
  const { type: _, ...data } = command, { moves } = judged;
  const lines = command.lines.map(({ location: _, ...line }) => line);
  draft.emit(returnEvent("order_return.grading_asked", { ...data, lines, moves, operation, atMs }));
  begin(draft, operation);
  return draft.accept({ later: command.request });
}

function end(state: OpenReturn, command: EndReturn, atMs: number): ReturnDecision {
  if (state.works.length > 0) return reject(busy);
  const refused = judgeEnd(state, command);
  if (refused) return refuse(state, command, refused);
  const draft = new Draft(state);
  const { request, fingerprint, by } = command;
  finish(draft, command.type === "cancel" ? "cancelled" : "settled", { request, fingerprint, by, atMs });
  return draft.accept(answer(draft.state, request));
}

function expire(state: OpenReturn, { name, dueMs }: TimerDue): ReturnDecision {
  const came = state.works.length > 0 || statusOf(state) !== "authorised";
  if (name !== expiryTimer || came) return accept();
  const draft = new Draft(state);
  finish(draft, "expired", { atMs: dueMs });
  return draft.accept();
}

interface Ending {
  readonly request?: string;
  readonly fingerprint?: string;
  readonly by?: string;
  readonly atMs: number;
}

/** What never came may be returned again, under another return. */
function finish(draft: Draft, status: NonNullable<OpenReturn["ended"]>, ending: Ending): void {
  const { state } = draft, { by, atMs } = ending;
  const lines = state.lines.flatMap(({ sku }) => {
    const quantity = unitsOf(state.lines, sku) - arrivedOf(state, sku);
    return quantity === 0 ? [] : [{ sku, quantity }];
  });
  draft.emit(returnEvent("order_return.ended", { status, lines, ...ending }));
  draft.tellOrder({ news: "ended", status, lines, ...(by !== undefined && { by }), atMs });
  if (status === "cancelled") draft.timers.push({ name: expiryTimer, dueMs: null });
}

function refuse(state: OpenReturn, { request, fingerprint }: Requested, rejection: Refused): ReturnDecision {
  const draft = new Draft(state);
  draft.emit(returnEvent("order_return.refused", { request, fingerprint, rejection }));
  return draft.accept({ ok: false, rejection });
}

function touches(command: ReturnCommand): readonly ActorId[] {
  switch (command.type) {
    case "receive":
      return stockAt(command.location, command.lines);
    case "grade":
      return command.lines.map(({ sku }) => actorId("sku", sku));
    case "authorise":
      return [
        actorId("order", command.order),
        ...(command.arrived ? stockAt(command.arrived.location, command.lines) : []),
      ];
    default:
      return [];
  }
}

function merge(first: ReturnCommand, second: ReturnCommand): ReturnCommand | undefined {
  if (first.type !== "answered" || second.type !== "answered") return undefined;
  if (first.answers.length + second.answers.length > returnLimits.answersMergedMax) return undefined;
  return { type: "answered", answers: [...first.answers, ...second.answers] };
}

const mismatch: ReturnRejection = {
  reason: "idempotency-mismatch",
  detail: "Cannot repeat the request: its key was used with another body",
};
const busy: ReturnRejection = {
  reason: "return-busy",
  detail: "Cannot end the return yet: goods of it are just being received or graded",
};
const tooMany: ReturnRejection = {
  reason: "too-many-operations",
  detail: `Cannot take the request: the return has had ${returnLimits.requestsMax} already`,
};
