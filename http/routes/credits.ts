import type { Hono } from "hono";
import type { CreditOrder, RefundOrder, SettleRefund } from "../../actors/money_commands.ts";
import { actorId, type OrderId, type Sku } from "../../actors/ids.ts";
import type { CreditView } from "../../actors/order/money_view.ts";
import { type Outcome, outcomeOf, respond } from "../answers.ts";
import { readJson } from "../body.ts";
import { canonicalJson } from "../canonical.ts";
import { canonicalDecimal } from "../decimal.ts";
import type { Edge, EdgeContext, EdgeEnv } from "../edge.ts";
import type { Guards } from "../guard.ts";
import { isOrderId, orderOfRefund, refundIdOf } from "../order_id.ts";
import { preferenceOf } from "../prefer.ts";
import type { Refusal } from "../problems.ts";
import { foreignRefusal } from "../reading/foreign.ts";
import { unknownOrder } from "../reading/order.ts";
import { refuse } from "../respond.ts";
import { creditBody, refundBody, settleBody } from "../schemas/invoice.ts";
import { validate } from "../schemas/issues.ts";
import { orderLinesMax } from "../schemas/order.ts";
import { traceparentOf } from "../traceparent.ts";

const caps = { lines: orderLinesMax };

/** POST …/credits, …/refunds and /v1/refunds/{refundId}/settle: money of an order that is owed or given back. */
export function creditRoutes(app: Hono<EdgeEnv>, edge: Edge, allow: Guards): void {
  const write = allow("invoices:write");
  app.post("/v1/orders/:orderId/credits", write, (c) => creditOrder(c, edge));
  app.post("/v1/orders/:orderId/refunds", write, (c) => refundOrder(c, edge));
  app.post("/v1/refunds/:refundId/settle", write, (c) => settleRefund(c, edge));
}

async function creditOrder(c: EdgeContext, edge: Edge): Promise<Response> {
  const id = c.req.param("orderId") ?? "";
  if (!isOrderId(id)) return refuse(c, unknownOrder(id));
  const body = await readJson(c, edge.limits.bodyBytesMax);
  if (!body.ok) return refuse(c, body.refusal);
  const credit = validate(creditBody, body.value, { caps });
  if (!credit.ok) return refuse(c, credit.refusal);
  const { lines, ...rest } = credit.value;
  const command: CreditOrder = {
    type: "credit",
    fingerprint: edge.fingerprint(
      canonicalJson({ type: "credit", ...credit.value, ...canonicalAmount(rest) }),
    ),
    ...rest,
    ...(lines !== undefined && { lines: lines.map((line) => ({ ...line, sku: line.sku as Sku })) }),
    by: c.get("principal").keyId,
  };
  const outcome = await ask(c, edge, { id, command, status: 201 });
  return respond(c, outcome, placeOfNote(outcome, `/v1/orders/${id}/invoices`));
}

async function refundOrder(c: EdgeContext, edge: Edge): Promise<Response> {
  const id = c.req.param("orderId") ?? "";
  if (!isOrderId(id)) return refuse(c, unknownOrder(id));
  const body = await readJson(c, edge.limits.bodyBytesMax);
  if (!body.ok) return refuse(c, body.refusal);
  const refund = validate(refundBody, body.value);
  if (!refund.ok) return refuse(c, refund.refusal);
  const command: RefundOrder = {
    type: "refund",
    fingerprint: edge.fingerprint(
      canonicalJson({ type: "refund", ...refund.value, ...canonicalAmount(refund.value) }),
    ),
    refund: refundIdOf(id, refund.value.reference),
    ...refund.value,
    by: c.get("principal").keyId,
  };
  return respond(c, await ask(c, edge, { id, command, status: 201 }), `/v1/orders/${id}/refunds`);
}

async function settleRefund(c: EdgeContext, edge: Edge): Promise<Response> {
  const refund = c.req.param("refundId") ?? "", id = orderOfRefund(refund);
  if (id === undefined) return refuse(c, unknownRefund(refund));
  const body = await readJson(c, edge.limits.bodyBytesMax);
  if (!body.ok) return refuse(c, body.refusal);
  const settled = validate(settleBody, body.value);
  if (!settled.ok) return refuse(c, settled.refusal);
  const command: SettleRefund = {
    type: "refund.settle",
    refund,
    ...settled.value,
    by: c.get("principal").keyId,
  };
  const outcome = await ask(c, edge, { id, command, status: 200 });
  const { status } = outcome;
  if (typeof status !== "number" && status.problem === "unknown-order") {
    return refuse(c, unknownRefund(refund));
  }
  return respond(c, outcome, status === 202 ? `/v1/orders/${id}/refunds` : undefined);
}

interface Asking {
  readonly id: OrderId;
  readonly command: CreditOrder | RefundOrder | SettleRefund;
  readonly status: 200 | 201;
}

async function ask(c: EdgeContext, edge: Edge, { id, command, status }: Asking): Promise<Outcome> {
  const foreign = await foreignRefusal(c, edge, id);
  if (foreign !== undefined) return { status: foreign };
  const preference = preferenceOf(c.req.header("prefer"), edge.limits, edge.limits.patienceMs);
  const { patienceMs } = preference, trace = traceparentOf(c.req.header("traceparent"));
  const asked = await edge.ask({ to: actorId("order", id), command, patienceMs, ...trace });
  if (asked.kind === "answered" || asked.kind === "defect") edge.ownWrites.note(id, asked.position);
  const pending = { orderId: id, pending: command.type };
  return outcomeOf(asked, { status, pending, async: preference.async });
}

/** `"5.0"` and `"5.00"` ask for the same. */
const canonicalAmount = ({ amount }: { readonly amount?: string | undefined }) =>
  amount === undefined ? {} : { amount: canonicalDecimal(amount) };

/** Where the credit note is; `later` while it has no number. */
export function placeOfNote({ status, body }: Outcome, later: string | undefined): string | undefined {
  if (status === 202) return later;
  if (status !== 201) return undefined;
  const { number } = JSON.parse(body ?? "{}") as Partial<CreditView>;
  return number === undefined ? undefined : `/v1/invoices/${number}`;
}

function unknownRefund(id: string): Refusal {
  return {
    problem: "unknown-refund",
    detail: `Cannot find refund ${id.slice(0, 64)}: it was never asked for`,
  };
}
