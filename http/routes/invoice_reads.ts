import type { Hono } from "hono";
import { accepts } from "hono/accepts";
import type { OrderId } from "../../actors/ids.ts";
import type { IssuedDocument } from "../../actors/series/document.ts";
import type { InvoiceFilter } from "../../projections/invoices/invoice_queries.ts";
import type { Edge, EdgeContext, EdgeEnv } from "../edge.ts";
import type { Guards } from "../guard.ts";
import { journal } from "../invoices/journal.ts";
import { listed } from "../invoices/listed.ts";
import { isOrderId } from "../order_id.ts";
import { findOrder, isForeign, unknownOrder } from "../reading/order.ts";
import { pageOf } from "../reading/page.ts";
import { isFresh, wantedPosition } from "../reading/positions.ts";
import { tagged } from "../reading/tagged.ts";
import { answer, refuse } from "../respond.ts";
import { type InvoicesQuery, invoicesQuery } from "../schemas/invoice.ts";
import { validate } from "../schemas/issues.ts";
import { periodErrors } from "../schemas/period.ts";
import { streamed } from "../streamed.ts";
import { traceparentOf } from "../traceparent.ts";
import { invoiceRoute } from "./invoice.ts";

/** GET /v1/invoices, …/{number}, and what an order has of them and of refunds. */
export function invoiceReadRoutes(app: Hono<EdgeEnv>, edge: Edge, allow: Guards): void {
  app.get("/v1/invoices", allow("invoices:read"), (c) => list(c, edge));
  invoiceRoute(app, edge, allow);

  app.get(
    "/v1/orders/:orderId/invoices",
    allow("invoices:read"),
    (c) => ofOrder(c, edge, async (id) => withPayments(edge, await edge.queries.invoices.ofOrder(id))),
  );
  app.get(
    "/v1/orders/:orderId/refunds",
    allow("invoices:read"),
    (c) => ofOrder(c, edge, (id) => edge.queries.invoices.refunds(id)),
  );
}

async function ofOrder(
  c: EdgeContext,
  edge: Edge,
  read: (id: OrderId) => Promise<readonly object[]>,
): Promise<Response> {
  const id = c.req.param("orderId") ?? "";
  if (!isOrderId(id)) return refuse(c, unknownOrder(id));
  const position = wantedPosition(c, edge.ownWrites.of(id));
  if (!position.ok) return refuse(c, position.refusal);
  const trace = traceparentOf(c.req.header("traceparent")), principal = c.get("principal");
  const [order, fresh] = await Promise.all([
    findOrder(edge, { id, principal, position: position.value, ...trace }),
    isFresh(
      edge.queries.reads("invoices", "orders", "payouts"),
      position.value,
      edge.limits.positionWaitMsMax,
    ),
  ]);
  if (!order.ok) return refuse(c, order.refusal);
  return tagged(c, { body: { items: await read(id) }, fresh: order.value.fresh && fresh });
}

async function list(c: EdgeContext, edge: Edge): Promise<Response> {
  const query = validate(invoicesQuery, c.req.query(), { prefix: "/query", cross: periodErrors });
  if (!query.ok) return refuse(c, query.refusal);
  const wanted = query.value, principal = c.get("principal");
  if (wanted.channel !== undefined && isForeign(principal, { channel: wanted.channel })) {
    const detail = "Cannot list invoices: the API key speaks for another channel";
    return refuse(c, { problem: "forbidden", detail });
  }
  const position = wantedPosition(c, edge.ownWrites.latest());
  if (!position.ok) return refuse(c, position.refusal);
  const { positionWaitMsMax, listWaitMsMax, listLimit } = edge.limits;
  const patient = c.req.header("waybill-position") !== undefined;
  const fresh = await isFresh(
    edge.queries.reads("invoices", "orders", "payouts"),
    position.value,
    patient ? positionWaitMsMax : listWaitMsMax,
  );
  const { limit = listLimit, cursor, ...filter } = { ...wanted, ...channelOf(wanted, principal.channel) };
  if (wantsCsv(c)) return journalAnswer(c, edge, filter, fresh);
  const page = await edge.queries.invoices.list({
    ...filter,
    limit,
    ...(cursor !== undefined && { cursor }),
  });
  return pageOf(c, { ...page, items: await withPayments(edge, page.items) }, fresh);
}

async function withPayments(edge: Edge, documents: readonly IssuedDocument[]) {
  const payments = await edge.queries.invoices.payments(documents);
  return documents.map((document) => listed(document, payments.get(document.source)));
}

/** A storefront's key sees its own channel's documents alone. */
function channelOf({ channel }: InvoicesQuery, own: string | undefined): { readonly channel?: string } {
  const seen = own ?? channel;
  return seen === undefined ? {} : { channel: seen };
}

function wantsCsv(c: EdgeContext): boolean {
  const supports = ["application/json", "text/csv"];
  return accepts(c, { header: "Accept", supports, default: "application/json" }) === "text/csv";
}

/** All that the filter names, whatever page was asked for: a journal without its end has no control totals. */
function journalAnswer(c: EdgeContext, edge: Edge, filter: InvoiceFilter, fresh: boolean): Response {
  const headers = {
    "content-type": "text/csv; charset=utf-8; header=present",
    "content-disposition": `attachment; filename="${journalName(filter)}"`,
    "cache-control": "private, no-store",
    "vary": "accept",
    ...(!fresh && { "waybill-stale": "true" }),
  };
  if (c.req.method === "HEAD") return answer(c, 200, "", headers);
  const report = (error: unknown) => edge.report(error, c.get("requestId"));
  const body = journal(edge.queries.invoices.journal(filter));
  return c.body(streamed(body, { bytesMax: edge.limits.journalBytesMax, report }), 200, headers);
}

function journalName({ from, to }: InvoiceFilter): string {
  return `${["journal", from, to].filter((part) => part !== undefined).join("-")}.csv`;
}
