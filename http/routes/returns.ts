import type { Hono } from "hono";
import type { z } from "zod";
import { actorId, type LocationCode, type OrderId, type Sku } from "../../actors/ids.ts";
import type { Arrival, ReturnGoods } from "../../actors/return/return_commands.ts";
import { outcomeOf, respond } from "../answers.ts";
import { readJson } from "../body.ts";
import { normalNumber } from "../carriers/parcel_key.ts";
import { canonicalJson } from "../canonical.ts";
import type { Edge, EdgeContext, EdgeEnv } from "../edge.ts";
import type { Guards } from "../guard.ts";
import { isOrderId, returnIdOf } from "../order_id.ts";
import { preferenceOf } from "../prefer.ts";
import { refusalForForeign } from "../reading/foreign.ts";
import { unknownOrder } from "../reading/order.ts";
import { refuse } from "../respond.ts";
import { validate } from "../schemas/issues.ts";
import { orderLinesMax } from "../schemas/order.ts";
import { gradingBody, returnBody, returnReceiptBody } from "../schemas/return.ts";
import { pointingAt, summed } from "../summed.ts";
import { traceparentOf } from "../traceparent.ts";
import { changeReturn } from "./return_changes.ts";

const caps = { lines: orderLinesMax };

/** POST /v1/orders/{orderId}/returns, and /v1/returns/{returnId}/receive, …/grade, …/cancel and …/settle. */
export function returnRoutes(app: Hono<EdgeEnv>, edge: Edge, allow: Guards): void {
  app.post("/v1/orders/:orderId/returns", allow("orders:write"), async (c) => {
    const id = c.req.param("orderId");
    if (!isOrderId(id)) return refuse(c, unknownOrder(id));
    const body = await readJson(c, edge.limits.bodyBytesMax);
    if (!body.ok) return refuse(c, body.refusal);
    const announced = validate(returnBody, body.value, { caps });
    if (!announced.ok) return refuse(c, announced.refusal);
    const foreign = await refusalForForeign(c, edge, id);
    return foreign ?? await announce(c, edge, id, announced.value);
  });

  const inWarehouse = allow("orders:write", "stock:write");
  app.post(
    "/v1/returns/:returnId/receive",
    inWarehouse,
    (c) =>
      changeReturn(c, edge, {
        body: returnReceiptBody,
        commandOf: ({ location, lines }) => ({
          type: "receive",
          location: location as LocationCode,
          lines: unitsOf(lines),
        }),
        answered: pointingAt,
      }),
  );
  app.post(
    "/v1/returns/:returnId/grade",
    inWarehouse,
    (c) =>
      changeReturn(c, edge, {
        body: gradingBody,
        commandOf: ({ lines }) => ({
          type: "grade",
          lines: lines.map(({ sku, restockAs, location, ...line }) => ({
            ...line,
            sku: sku as Sku,
            ...(restockAs !== undefined && { restockAs: restockAs as Sku }),
            ...(location !== undefined && { location: location as LocationCode }),
          })),
        }),
      }),
  );
  for (const type of ["cancel", "settle"] as const) {
    app.post(
      `/v1/returns/:returnId/${type}`,
      allow("orders:write"),
      (c) => changeReturn(c, edge, { commandOf: () => ({ type }) }),
    );
  }
}

async function announce(
  c: EdgeContext,
  edge: Edge,
  id: OrderId,
  announced: z.output<typeof returnBody>,
): Promise<Response> {
  const { reference, reason, lines, parcel, arrived } = announced, returnId = returnIdOf(id, reference);
  const command: ReturnGoods = {
    type: "return",
    fingerprint: edge.fingerprint(canonicalJson({ type: "return", ...announced })),
    return: returnId,
    reference,
    reason,
    lines: unitsOf(lines),
    ...(parcel && { parcel: { ...parcel, trackingNumber: normalNumber(parcel.trackingNumber) } }),
    ...(arrived && { arrived: arrivalOf(arrived) }),
    by: c.get("principal").keyId,
  };
  const { patienceMs, async } = preferenceOf(c.req.header("prefer"), edge.limits, edge.limits.patienceMs);
  const trace = traceparentOf(c.req.header("traceparent"));
  const asked = await edge.ask({ to: actorId("order", id), command, patienceMs, ...trace });
  if (asked.kind === "answered" || asked.kind === "defect") {
    for (const key of [id, returnId]) edge.ownWrites.note(key, asked.position);
  }
  const pending = { orderId: id, returnId, pending: "return" };
  return respond(
    c,
    pointingAt(lines, outcomeOf(asked, { status: 201, pending, async })),
    `/v1/returns/${returnId}`,
  );
}

function arrivalOf(arrived: NonNullable<z.output<typeof returnBody>["arrived"]>): Arrival {
  const location = arrived.location as LocationCode;
  if (arrived.kind === "blind") return { kind: arrived.kind, location };
  return { kind: arrived.kind, location, shipment: arrived.shipmentId };
}

function unitsOf(lines: readonly { readonly sku: string; readonly quantity: number }[]) {
  return summed(lines, ({ quantity }) => quantity).map(([sku, quantity]) => ({ sku: sku as Sku, quantity }));
}
