import type { FindShipment } from "../../actors/commands.ts";
import { actorId, type ShipmentId } from "../../actors/ids.ts";
import type { Positions, ShipmentFound } from "../../projections/queries.ts";
import { outcomeOf } from "../answers.ts";
import type { Parsed } from "../body.ts";
import type { Edge } from "../edge.ts";
import { orderOfShipment } from "../order_id.ts";
import { positionsOf } from "../position.ts";
import type { Principal } from "../principal.ts";
import type { Refusal } from "../problems.ts";
import { isFresh } from "./positions.ts";

export interface ShipmentRead {
  readonly shipment: ShipmentFound;
  readonly fresh: boolean;
}

interface Wanted {
  readonly id: ShipmentId;
  readonly principal: Principal;
  readonly position: Positions | undefined;
  readonly traceparent?: string;
}

/** The shipment from its rows; where they do not have it, its order is asked, and only that may say that it is unknown. */
export async function findShipment(edge: Edge, wanted: Wanted): Promise<Parsed<ShipmentRead>> {
  const { id, principal: { channel }, position } = wanted;
  let fresh = await isFresh(edge.queries.reads("parcels", "orders"), position, edge.limits.positionWaitMsMax);
  let shipment = await edge.queries.tracking.shipment(id);
  if (shipment === undefined) {
    const known = await askOrder(edge, wanted);
    if (!known.ok) return known;
    fresh = await isFresh(
      edge.queries.reads("parcels", "orders"),
      known.value,
      edge.limits.positionWaitMsMax,
    );
    shipment = await edge.queries.tracking.shipment(id);
  }
  // A storefront does not learn that another one's shipment exists.
  const foreign = channel !== undefined && shipment !== undefined && shipment.channel !== channel;
  if (foreign || (shipment === undefined && fresh)) return { ok: false, refusal: unknownShipment(id) };
  return shipment === undefined ? { ok: false, refusal: behind } : { ok: true, value: { shipment, fresh } };
}

/** Where the rows must be to have it. An id that does not name its order is as known as the rows say. */
async function askOrder(
  edge: Edge,
  { id, position, traceparent }: Wanted,
): Promise<Parsed<Positions | undefined>> {
  const order = orderOfShipment(id);
  if (order === undefined) return { ok: true, value: position };
  const command: FindShipment = { type: "find_shipment", shipment: id };
  const asked = await edge.ask({
    to: actorId("order", order),
    command,
    patienceMs: edge.limits.patienceMs,
    ...(traceparent === undefined ? {} : { traceparent }),
  });
  if (asked.kind === "accepted" || asked.kind === "in-doubt") return { ok: false, refusal: noAnswer };
  if (asked.kind === "answered") {
    // Whatever its order refuses, the shipment was never made: the order is unknown, or it could not ship.
    if (!asked.answer.ok) return { ok: false, refusal: unknownShipment(id) };
    return { ok: true, value: positionsOf(asked.position) };
  }
  const { status } = outcomeOf(asked, { status: 200, pending: undefined });
  return { ok: false, refusal: typeof status === "number" ? noAnswer : status };
}

export function unknownShipment(id: string): Refusal {
  const detail = `Cannot find shipment ${id.slice(0, 64)}: no such parcel was ever handed over`;
  return { problem: "unknown-shipment", detail };
}

const behind: Refusal = {
  problem: "no-answer",
  detail: "Cannot read shipment: what is read from is behind what was written",
  retryAfterS: 1,
};
const noAnswer: Refusal = {
  problem: "no-answer",
  detail: "Cannot read shipment: no host answered in time",
  retryAfterS: 1,
};
