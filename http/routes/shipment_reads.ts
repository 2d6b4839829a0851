import type { Hono } from "hono";
import type { ShipmentFound } from "../../projections/queries.ts";
import type { Edge, EdgeContext, EdgeEnv } from "../edge.ts";
import type { Guards } from "../guard.ts";
import { isShipmentId } from "../order_id.ts";
import type { Refusal } from "../problems.ts";
import { isFresh, wantedPosition } from "../reading/positions.ts";
import { tagged } from "../reading/tagged.ts";
import { refuse } from "../respond.ts";
import { trackingUrlOf } from "./shipments.ts";

/** GET /v1/shipments/{shipmentId}: what was handed over, and what became of it. */
export function shipmentReadRoutes(app: Hono<EdgeEnv>, edge: Edge, allow: Guards): void {
  app.get("/v1/shipments/:shipmentId", allow("shipments:read"), async (c) => {
    const id = c.req.param("shipmentId");
    if (!isShipmentId(id)) return unknownShipment(c, id);
    const position = wantedPosition(c, edge.ownWrites.of(id));
    if (!position.ok) return refuse(c, position.refusal);
    const fresh = await isFresh(edge.queries, position.value, edge.limits.positionWaitMsMax);
    const found = await edge.queries.tracking.shipment(id), { channel } = c.get("principal");
    // A storefront does not learn that another one's shipment exists.
    const foreign = channel !== undefined && found?.channel !== channel;
    if (found === undefined && !fresh) return refuse(c, behind);
    if (found === undefined || foreign) return unknownShipment(c, id);
    return tagged(c, { body: shipmentView(c, edge, found), fresh });
  });
}

const behind: Refusal = {
  problem: "no-answer",
  detail: "Cannot read shipment: what is read from is behind what was written",
  retryAfterS: 1,
};

function shipmentView(c: EdgeContext, edge: Edge, found: ShipmentFound) {
  const { shipmentId, orderId, reference, location, service, handedOverAt, token, lines, parcel } = found;
  return {
    shipmentId,
    orderId,
    reference,
    location,
    ...(service !== undefined && { service }),
    handedOverAt,
    trackingToken: token,
    trackingUrl: trackingUrlOf(c, edge, token),
    lines,
    statusAt: handedOverAt,
    ...parcel,
  };
}

function unknownShipment(c: EdgeContext, id: string): Response {
  const detail = `Cannot find shipment ${id.slice(0, 64)}: no such parcel was ever handed over`;
  return refuse(c, { problem: "unknown-shipment", detail });
}
