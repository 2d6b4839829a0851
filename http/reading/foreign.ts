import type { OrderId } from "../../actors/ids.ts";
import type { Edge, EdgeContext } from "../edge.ts";
import type { Refusal } from "../problems.ts";
import { refuse } from "../respond.ts";
import { findOrder } from "./order.ts";

/** A storefront's key may only change its own orders. An order's channel never changes, so any row of it will do. */
export async function refusalForForeign(
  c: EdgeContext,
  edge: Edge,
  id: OrderId,
): Promise<Response | undefined> {
  const refusal = await foreignRefusal(c, edge, id);
  return refusal && refuse(c, refusal);
}

export async function foreignRefusal(c: EdgeContext, edge: Edge, id: OrderId): Promise<Refusal | undefined> {
  const principal = c.get("principal");
  if (principal.channel === undefined) return undefined;
  const found = await findOrder(edge, { id, principal, position: undefined });
  return found.ok ? undefined : found.refusal;
}
