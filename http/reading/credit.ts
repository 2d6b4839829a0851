import type { CreditView } from "../../actors/credit/credit.ts";
import { actorId } from "../../actors/ids.ts";
import type { Parsed } from "../body.ts";
import type { Edge } from "../edge.ts";
import { isCreditId } from "../order_id.ts";
import type { Principal } from "../principal.ts";
import type { Refusal } from "../problems.ts";
import { viewFromActor } from "./actor.ts";
import { isForeign } from "./order.ts";

interface Wanted {
  readonly id: string;
  readonly principal: Principal;
  readonly traceparent?: string;
}

/** The credit from its actor: it has no rows but those of its credit note, and is looked for while it has none yet. */
export async function findCredit(edge: Edge, wanted: Wanted): Promise<Parsed<CreditView>> {
  const { id, principal, traceparent } = wanted;
  if (!isCreditId(id)) return { ok: false, refusal: unknownCredit(id) };
  const found = await viewFromActor<CreditView>(edge, {
    actor: actorId("credit", id),
    noun: "credit",
    ...(traceparent !== undefined && { traceparent }),
  });
  // A storefront does not learn that another one's credit exists.
  return found.ok && isForeign(principal, found.value) ? { ok: false, refusal: unknownCredit(id) } : found;
}

function unknownCredit(id: string): Refusal {
  return {
    problem: "unknown-credit",
    detail: `Cannot find credit ${id.slice(0, 64)}: it was never asked for`,
  };
}
