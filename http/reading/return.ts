import { actorId, type ReturnId } from "../../actors/ids.ts";
import type { Positions, ReturnFound } from "../../projections/queries.ts";
import { outcomeOf } from "../answers.ts";
import type { Parsed } from "../body.ts";
import type { Edge } from "../edge.ts";
import { positionsOf } from "../position.ts";
import type { Principal } from "../principal.ts";
import type { Refusal } from "../problems.ts";
import { isFresh } from "./positions.ts";

export interface ReturnRead {
  readonly found: ReturnFound;
  readonly fresh: boolean;
}

interface Wanted {
  readonly id: ReturnId;
  readonly principal: Principal;
  readonly position: Positions | undefined;
  readonly traceparent?: string;
}

/** The return from its rows; where they do not have it, its actor is asked, and only that may say that it is unknown. */
export async function findReturn(edge: Edge, wanted: Wanted): Promise<Parsed<ReturnRead>> {
  const { id, principal: { channel }, position } = wanted;
  let fresh = await isFresh(edge.queries.reads("returns", "orders"), position, edge.limits.positionWaitMsMax);
  let found = await edge.queries.returns.find(id);
  if (found === undefined) {
    const known = await askReturn(edge, wanted);
    if (!known.ok) return known;
    fresh = await isFresh(
      edge.queries.reads("returns", "orders"),
      known.value,
      edge.limits.positionWaitMsMax,
    );
    found = await edge.queries.returns.find(id);
  }
  if (found === undefined) return { ok: false, refusal: behind };
  // A storefront does not learn that another one's return exists.
  const foreign = channel !== undefined && found.channel !== channel;
  return foreign ? { ok: false, refusal: unknownReturn(id) } : { ok: true, value: { found, fresh } };
}

/** Where the rows must be to have it. */
async function askReturn(edge: Edge, { id, traceparent }: Wanted): Promise<Parsed<Positions>> {
  const asked = await edge.ask({
    to: actorId("return", id),
    command: { type: "read" },
    patienceMs: edge.limits.patienceMs,
    ...(traceparent === undefined ? {} : { traceparent }),
  });
  if (asked.kind === "accepted" || asked.kind === "in-doubt") return { ok: false, refusal: noAnswer };
  if (asked.kind === "answered") {
    if (!asked.answer.ok) return { ok: false, refusal: unknownReturn(id) };
    return { ok: true, value: positionsOf(asked.position) };
  }
  const { status } = outcomeOf(asked, { status: 200, pending: undefined });
  return { ok: false, refusal: typeof status === "number" ? noAnswer : status };
}

export function unknownReturn(id: string): Refusal {
  return {
    problem: "unknown-return",
    detail: `Cannot find return ${id.slice(0, 64)}: no such return was authorised`,
  };
}

const behind: Refusal = {
  problem: "no-answer",
  detail: "Cannot read return: what is read from is behind what was written",
  retryAfterS: 1,
};
const noAnswer: Refusal = {
  problem: "no-answer",
  detail: "Cannot read return: no host answered in time",
  retryAfterS: 1,
};
