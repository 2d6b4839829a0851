import type { Hono } from "hono";
import type { CancelOrder, RecordPayment } from "../../actors/commands.ts";
import { actorId, type Sku } from "../../actors/ids.ts";
import { outcomeOf, respond } from "../answers.ts";
import { readJson } from "../body.ts";
import { canonicalJson } from "../canonical.ts";
import type { Edge, EdgeContext, EdgeEnv } from "../edge.ts";
import type { Guards } from "../guard.ts";
import { requestOf } from "../idempotency_key.ts";
import { isOrderId } from "../order_id.ts";
import { preferenceOf } from "../prefer.ts";
import { refusalForForeign } from "../reading/foreign.ts";
import { unknownOrder } from "../reading/order.ts";
import { refuse } from "../respond.ts";
import { validate } from "../schemas/issues.ts";
import { cancelBody, orderLinesMax, paymentBody } from "../schemas/order.ts";
import { pointingAt, summed } from "../summed.ts";
import { traceparentOf } from "../traceparent.ts";

/** POST …/payment and …/cancel: changes to an order that is there. */
export function orderChangeRoutes(app: Hono<EdgeEnv>, edge: Edge, allow: Guards): void {
  app.post("/v1/orders/:orderId/payment", allow("orders:write"), async (c) => {
    const body = await readJson(c, edge.limits.bodyBytesMax);
    if (!body.ok) return refuse(c, body.refusal);
    const payment = validate(paymentBody, body.value);
    if (!payment.ok) return refuse(c, payment.refusal);
    const fingerprint = edge.fingerprint(canonicalJson({ type: "payment", ...payment.value }));
    return await change(c, edge, { type: "payment", fingerprint, ...payment.value }, []);
  });

  app.post("/v1/orders/:orderId/cancel", allow("orders:write"), async (c) => {
    const request = requestOf(c.req.header("idempotency-key"), c.get("principal").keyId, c.req.path);
    if (!request.ok) return refuse(c, request.refusal);
    const body = await readJson(c, edge.limits.bodyBytesMax);
    if (!body.ok) return refuse(c, body.refusal);
    const cancel = validate(cancelBody, body.value, { caps: { lines: orderLinesMax } });
    if (!cancel.ok) return refuse(c, cancel.refusal);
    const { reason, lines } = cancel.value;
    return await change(c, edge, {
      type: "cancel",
      fingerprint: edge.fingerprint(canonicalJson({ type: "cancel", reason, lines })),
      request: request.value,
      reason,
      ...(lines === undefined ? {} : {
        lines: summed(lines, ({ quantity }) => quantity).map(([sku, quantity]) => ({
          sku: sku as Sku,
          quantity,
        })),
      }),
    }, lines ?? []);
  });
}

async function change(
  c: EdgeContext,
  edge: Edge,
  command: RecordPayment | CancelOrder,
  lines: readonly { readonly sku: string }[],
): Promise<Response> {
  const id = c.req.param("orderId") ?? "";
  if (!isOrderId(id)) return refuse(c, unknownOrder(id));
  const trace = traceparentOf(c.req.header("traceparent"));
  const foreign = await refusalForForeign(c, edge, id);
  if (foreign !== undefined) return foreign;
  const preference = preferenceOf(c.req.header("prefer"), edge.limits, edge.limits.patienceMs);
  const { patienceMs } = preference;
  const asked = await edge.ask({ to: actorId("order", id), command, patienceMs, ...trace });
  if (asked.kind === "answered" || asked.kind === "defect") edge.ownWrites.note(id, asked.position);
  const pending = { orderId: id, pending: command.type };
  const outcome = outcomeOf(asked, { status: 200, pending, async: preference.async });
  return respond(c, pointingAt(lines, outcome), outcome.status === 202 ? `/v1/orders/${id}` : undefined);
}
