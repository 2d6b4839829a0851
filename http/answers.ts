import type { Rejection } from "../actors/actor.ts";
import type { Asked, Position } from "../streams/edge/asking.ts";
import type { EdgeContext } from "./edge.ts";
import { positionsOf, positionToken } from "./position.ts";
import { isProblemName, type Refusal } from "./problems.ts";
import { rejectionProblems } from "./rejections.ts";
import { answer, refuse } from "./respond.ts";

/** What became of a change, before it is written as a response or as a line of a bulk answer. */
export interface Outcome {
  readonly status: 200 | 201 | 202 | Refusal;
  /** JSON, when `status` is a number. */
  readonly body?: string;
  readonly replayed?: boolean;
  readonly position?: Position;
}

export interface Expected {
  readonly status: 200 | 201;
  /** What is told when the change is accepted and not decided yet. */
  readonly pending: unknown;
  /** The caller asked not to be kept waiting: what became of it by now, if anything, is told at the Location. */
  readonly async?: boolean;
}

/** Translates what was asked into what HTTP says. */
export function outcomeOf(asked: Asked, { status, pending, async = false }: Expected): Outcome {
  switch (asked.kind) {
    case "answered": {
      const { answer: told, position } = asked;
      const replayed = told.replayed ?? false;
      const settled = told.ok || told.rejection.reason === "insufficient-stock";
      if (async && settled) return { status: 202, body: JSON.stringify(pending), replayed, position };
      if (!told.ok) return { status: refusalOf(told.rejection), replayed, position };
      return { status, body: told.json, replayed, position };
    }
    case "accepted":
      return { status: 202, body: JSON.stringify(pending) };
    case "defect": {
      const detail = "Cannot decide request: a defect of ours, which is recorded; nothing else happened";
      return { status: { problem: "defect", detail }, position: asked.position };
    }
    case "in-doubt":
      return { status: inDoubt };
    case "overloaded":
      return { status: { ...overloaded, retryAfterS: asked.retryAfterS } };
    case "unavailable":
      return { status: { ...unavailable, retryAfterS: asked.retryAfterS } };
  }
}

const inDoubt: Refusal = {
  problem: "in-doubt",
  detail: "Cannot tell whether the request was accepted: the log did not confirm it; repeating it is safe",
  retryAfterS: 1,
};
const overloaded: Refusal = {
  problem: "overloaded",
  detail: "Cannot accept request: too much is waiting",
};
const unavailable: Refusal = {
  problem: "unavailable",
  detail: "Cannot accept request: the log is out of reach",
};

/** A rejection keeps its reason as the problem's name; one that this edge does not know yet is `refused`. */
export function refusalOf({ reason, detail, errors }: Rejection): Refusal {
  const known = isProblemName(reason) && reason in rejectionProblems;
  return { problem: known ? reason : "refused", detail, ...(errors === undefined ? {} : { errors }) };
}

export function respond(c: EdgeContext, outcome: Outcome, location?: string): Response {
  const headers: Record<string, string> = {};
  if (outcome.replayed) headers["idempotent-replayed"] = "true";
  if (outcome.position !== undefined) {
    headers["waybill-position"] = positionToken(
      positionsOf(outcome.position),
    );
  }
  if (typeof outcome.status !== "number") return refuse(c, outcome.status, headers);
  if (location !== undefined) headers.location = location;
  return answer(c, outcome.status, outcome.body ?? "null", {
    ...headers,
    "content-type": "application/json",
  });
}
