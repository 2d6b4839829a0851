import type { Hono } from "hono";
import type { AnswerCustomer } from "../../actors/commands.ts";
import { actorId, type ShipmentId } from "../../actors/ids.ts";
import type { ShipmentFound } from "../../projections/queries.ts";
import { outcomeOf, respond } from "../answers.ts";
import { type Parsed, readJson } from "../body.ts";
import type { Edge, EdgeContext, EdgeEnv } from "../edge.ts";
import type { Guards } from "../guard.ts";
import { isShipmentId } from "../order_id.ts";
import { preferenceOf } from "../prefer.ts";
import { wantedPosition } from "../reading/positions.ts";
import { findShipment, type ShipmentRead, unknownShipment } from "../reading/shipment.ts";
import { tagged } from "../reading/tagged.ts";
import { refuse } from "../respond.ts";
import { validate } from "../schemas/issues.ts";
import { requestAnswerBody } from "../schemas/shipment.ts";
import { traceparentOf } from "../traceparent.ts";
import { trackingUrlOf } from "./shipments.ts";

/** GET /v1/shipments/{shipmentId}: what was handed over, and what became of it. */
export function shipmentReadRoutes(app: Hono<EdgeEnv>, edge: Edge, allow: Guards): void {
  app.get("/v1/shipments/:shipmentId", allow("shipments:read"), async (c) => {
    const found = await shipmentFor(c, edge);
    if (!found.ok) return refuse(c, found.refusal);
    const { shipment, fresh } = found.value;
    return tagged(c, { body: shipmentView(c, edge, shipment), fresh });
  });

  app.post("/v1/shipments/:shipmentId/requests/:request", allow("shipments:write"), async (c) => {
    const body = await readJson(c, edge.limits.bodyBytesMax);
    if (!body.ok) return refuse(c, body.refusal);
    const said = validate(requestAnswerBody, body.value);
    if (!said.ok) return refuse(c, said.refusal);
    const found = await shipmentFor(c, edge);
    if (!found.ok) return refuse(c, found.refusal);
    return await answerRequest(c, edge, { shipment: found.value.shipment, ...said.value });
  });
}

/** The one that the path names. */
async function shipmentFor(c: EdgeContext, edge: Edge): Promise<Parsed<ShipmentRead>> {
  const id = c.req.param("shipmentId") ?? "";
  if (!isShipmentId(id)) return { ok: false, refusal: unknownShipment(id) };
  const position = wantedPosition(c, edge.ownWrites.of(id));
  if (!position.ok) return position;
  const trace = traceparentOf(c.req.header("traceparent"));
  return await findShipment(edge, { id, principal: c.get("principal"), position: position.value, ...trace });
}

interface Answering {
  readonly shipment: ShipmentFound;
  readonly outcome: AnswerCustomer["outcome"];
}

/** The shop says what became of a receiver's request; the page shows it at once. */
async function answerRequest(
  c: EdgeContext,
  edge: Edge,
  { shipment, outcome }: Answering,
): Promise<Response> {
  const { shipmentId, parcel: { carrier, trackingNumber }, token } = shipment;
  const preference = preferenceOf(c.req.header("prefer"), edge.limits, edge.limits.patienceMs);
  const command: AnswerCustomer = {
    type: "customer_answer",
    shipment: shipmentId as ShipmentId,
    request: c.req.param("request") ?? "",
    outcome,
  };
  const asked = await edge.ask({
    to: actorId("parcel", `${carrier}:${trackingNumber}`),
    command,
    patienceMs: preference.patienceMs,
    ...traceparentOf(c.req.header("traceparent")),
  });
  if (asked.kind === "answered") {
    for (const key of [shipmentId, token]) edge.ownWrites.note(key, asked.position);
  }
  const pending = { orderId: shipment.orderId, shipmentId, pending: "request" };
  const told = outcomeOf(asked, { status: 200, pending, async: preference.async });
  return respond(c, told, told.status === 202 ? `/v1/shipments/${shipmentId}` : undefined);
}

function shipmentView(c: EdgeContext, edge: Edge, found: ShipmentFound) {
  const { shipmentId, orderId, reference, location, service, handedOverAt, token, lines, parcel } = found;
  const requests = found.requests.map((asked) => ({ ...asked, ...saidOf(found, asked.request) }));
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
    requests,
  };
}

/** The words come a moment after the request itself; once the person is erased, they are gone. */
function saidOf({ said }: ShipmentFound, request: string) {
  const words = said?.[request];
  return words === undefined ? {} : { said: words };
}
