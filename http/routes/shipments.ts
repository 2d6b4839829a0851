import type { Hono } from "hono";
import type { ShipOrder } from "../../actors/commands.ts";
import { actorId, type LocationCode, type OrderId, type Sku } from "../../actors/ids.ts";
import type { ShipmentView } from "../../actors/order/order_view.ts";
import { type Outcome, outcomeOf, respond } from "../answers.ts";
import { readJson } from "../body.ts";
import { canonicalJson } from "../canonical.ts";
import { normalNumber } from "../carriers/parcel_key.ts";
import type { Edge, EdgeContext, EdgeEnv } from "../edge.ts";
import type { Guards } from "../guard.ts";
import { isOrderId, shipmentIdOf } from "../order_id.ts";
import { preferenceOf } from "../prefer.ts";
import { unknownOrder } from "../reading/order.ts";
import { refuse } from "../respond.ts";
import { refusalForForeign } from "../reading/foreign.ts";
import { validate } from "../schemas/issues.ts";
import { instantOf } from "../schemas/time.ts";
import { orderLinesMax } from "../schemas/order.ts";
import { shipmentBody } from "../schemas/shipment.ts";
import { pointingAt, summed } from "../summed.ts";
import { traceparentOf } from "../traceparent.ts";
import { newTrackingToken } from "../tracking_token.ts";

/** POST /v1/orders/{orderId}/shipments: a parcel was handed to its carrier. */
export function shipmentRoutes(app: Hono<EdgeEnv>, edge: Edge, allow: Guards): void {
  app.post("/v1/orders/:orderId/shipments", allow("shipments:write"), async (c) => {
    const id = c.req.param("orderId");
    if (!isOrderId(id)) return refuse(c, unknownOrder(id));
    const body = await readJson(c, edge.limits.bodyBytesMax);
    if (!body.ok) return refuse(c, body.refusal);
    const shipment = validate(shipmentBody, body.value, { caps: { lines: orderLinesMax } });
    if (!shipment.ok) return refuse(c, shipment.refusal);
    const { lines, location, reference, trackingNumber, promisedBy, ...rest } = shipment.value;
    const foreign = await refusalForForeign(c, edge, id);
    if (foreign !== undefined) return foreign;
    const command: ShipOrder = {
      type: "ship",
      fingerprint: edge.fingerprint(canonicalJson({ type: "ship", ...shipment.value })),
      shipment: shipmentIdOf(id, reference),
      token: newTrackingToken(),
      reference,
      location: location as LocationCode,
      trackingNumber: normalNumber(trackingNumber),
      ...rest,
      ...(promisedBy !== undefined && { promisedMs: instantOf(promisedBy) ?? 0 }),
      lines: summed(lines, ({ quantity }) => quantity).map(([sku, quantity]) => ({
        sku: sku as Sku,
        quantity,
      })),
    };
    return respond(c, ...await ship(c, edge, { id, command, lines }));
  });
}

async function ship(
  c: EdgeContext,
  edge: Edge,
  { id, command, lines }: {
    readonly id: OrderId;
    readonly command: ShipOrder;
    readonly lines: readonly { readonly sku: string }[];
  },
): Promise<[Outcome, string]> {
  const preference = preferenceOf(c.req.header("prefer"), edge.limits, edge.limits.patienceMs);
  const trace = traceparentOf(c.req.header("traceparent"));
  const { patienceMs } = preference;
  const asked = await edge.ask({ to: actorId("order", id), command, patienceMs, ...trace });
  const { shipment: shipmentId } = command;
  if (asked.kind === "answered" || asked.kind === "defect") {
    edge.ownWrites.note(id, asked.position);
    edge.ownWrites.note(shipmentId, asked.position);
  }
  const pending = { orderId: id, shipmentId, pending: "shipment" };
  const outcome = pointingAt(lines, outcomeOf(asked, { status: 201, pending, async: preference.async }));
  const location = `/v1/shipments/${shipmentId}`;
  if (outcome.status !== 201) return [outcome, location];
  const shipment = created(c, edge, id, outcome.body ?? "");
  // Whoever follows the link at once finds the parcel.
  if (outcome.position) edge.ownWrites.note(shipment.trackingToken, outcome.position);
  return [{ ...outcome, body: JSON.stringify(shipment) }, location];
}

function created(c: EdgeContext, edge: Edge, orderId: OrderId, json: string) {
  const { shipmentId, trackingToken, reference } = JSON.parse(json) as ShipmentView;
  const trackingUrl = trackingUrlOf(c, edge, trackingToken);
  return { shipmentId, trackingToken, trackingUrl, orderId, reference };
}

export const trackingUrlOf = (c: EdgeContext, { publicUrl }: Edge, token: string): string =>
  `${publicUrl ?? new URL(c.req.url).origin}/t/${token}`;
