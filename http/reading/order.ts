import type { Json } from "../../actors/actor.ts";
import { actorId, type OrderId } from "../../actors/ids.ts";
import type { OrderRow, Positions } from "../../projections/queries.ts";
import { Fault } from "../../streams/faults.ts";
import type { Parsed } from "../body.ts";
import type { Edge } from "../edge.ts";
import type { Principal } from "../principal.ts";
import type { Refusal } from "../problems.ts";
import { viewFromActor } from "./actor.ts";
import { isFresh } from "./positions.ts";

export interface OrderFound {
  readonly order: { readonly channel: string };
  readonly customer?: Json;
  readonly fresh: boolean;
  /** Its actor told of it, because no row did. */
  readonly fromActor: boolean;
}

interface Wanted {
  readonly id: OrderId;
  readonly principal: Principal;
  readonly position: Positions | undefined;
  readonly traceparent?: string;
}

/** The order from its rows; from its actor when the rows do not have it, or cannot be read. Only the actor may say that it is unknown. */
export async function findOrder(edge: Edge, wanted: Wanted): Promise<Parsed<OrderFound>> {
  const rows = await readRows(edge, wanted);
  const found: Parsed<Pick<OrderFound, "order" | "customer">> = rows.row === undefined
    ? await askActor(edge, wanted)
    : { ok: true, value: rows.row };
  if (!found.ok) return found;
  const { order, customer } = found.value;
  // A storefront does not learn that another one's order exists.
  if (isForeign(wanted.principal, order)) return { ok: false, refusal: unknownOrder(wanted.id) };
  const fromActor = rows.row === undefined;
  const fresh = fromActor || rows.fresh;
  return { ok: true, value: { order, fresh, fromActor, ...(customer === undefined ? {} : { customer }) } };
}

export function isForeign(principal: Principal, { channel }: { readonly channel?: string }): boolean {
  return principal.channel !== undefined && principal.channel !== channel;
}

export function unknownOrder(id: string): Refusal {
  return { problem: "unknown-order", detail: `Cannot find order ${id}: no such order was ever accepted` };
}

async function readRows(edge: Edge, { id, position }: Wanted): Promise<{ row?: OrderRow; fresh: boolean }> {
  try {
    const fresh = await isFresh(edge.queries.reads("orders"), position, edge.limits.positionWaitMsMax);
    const row = await edge.queries.order(id);
    if (row?.customerMissing && fresh && position !== undefined) {
      return await withCustomer(edge, id, position);
    }
    return { fresh, ...(row === undefined ? {} : { row }) };
  } catch (error) {
    if (error instanceof Fault && error.code === "database.unavailable") return { fresh: false };
    throw error;
  }
}

/** The customer block comes a moment after the order's own rows; one that was erased never comes. */
async function withCustomer(
  edge: Edge,
  id: OrderId,
  position: Positions,
): Promise<{ row?: OrderRow; fresh: boolean }> {
  const fresh = await edge.queries.reachedCustomers(position, edge.limits.positionWaitMsMax);
  const row = await edge.queries.order(id);
  return { fresh, ...(row === undefined ? {} : { row }) };
}

async function askActor(edge: Edge, { id, traceparent }: Wanted): Promise<Parsed<Pick<OrderFound, "order">>> {
  const view = await viewFromActor<OrderFound["order"]>(edge, {
    actor: actorId("order", id),
    noun: "order",
    ...(traceparent !== undefined && { traceparent }),
  });
  return view.ok ? { ok: true, value: { order: view.value } } : view;
}
