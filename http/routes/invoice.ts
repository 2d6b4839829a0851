import type { Hono } from "hono";
import type { InvoiceFound } from "../../projections/invoices/invoice_queries.ts";
import type { Positions } from "../../projections/queries.ts";
import { undescribed } from "../../actors/series/seller.ts";
import {
  accepted,
  contentDisposition,
  type Representation,
  representations,
  suffixed,
} from "../documents/media.ts";
import { renderDocument, whyNot } from "../documents/render.ts";
import type { Buyer, DocumentView } from "../documents/view.ts";
import type { Edge, EdgeContext, EdgeEnv } from "../edge.ts";
import type { Guards } from "../guard.ts";
import type { Refusal } from "../problems.ts";
import { isFresh, wantedPosition } from "../reading/positions.ts";
import { isKnown, taggedHeaders } from "../reading/tagged.ts";
import { answer, refuse } from "../respond.ts";
import { acceptedLanguage } from "../tracking/languages.ts";

/** GET /v1/invoices/{number}: the document in the form that the suffix names, else the Accept header. */
export function invoiceRoute(app: Hono<EdgeEnv>, edge: Edge, allow: Guards): void {
  app.get("/v1/invoices/:number", allow("invoices:read"), async (c) => {
    const segment = c.req.param("number"), named = suffixed(segment);
    if (named === undefined || !isNumber(named.number)) return refuse(c, unknownInvoice(segment));
    const position = wantedPosition(c, edge.ownWrites.latest());
    if (!position.ok) return refuse(c, position.refusal);
    const patient = c.req.header("waybill-position") !== undefined;
    const { found, fresh } = await find(edge, named.number, position.value, patient);
    const { channel } = c.get("principal");
    if (found === undefined && !fresh) return refuse(c, behind);
    // A storefront does not learn that another one's invoice exists.
    if (found === undefined || (channel !== undefined && found.document.channel !== channel)) {
      return refuse(c, unknownInvoice(named.number));
    }
    const forms = named.representation ? [named.representation] : accepted(c.req.header("accept"));
    const payments = await edge.queries.invoices.payments([found.document]);
    const payment = payments.get(found.document.source), view = viewOf(c, edge, found);
    return await show(c, { view: { ...view, ...(payment && { payment }) }, forms, fresh });
  });
}

/** The document itself, and what its payment is made of. */
const invoiceRows = ["invoices", "orders", "payouts"] as const;

/** The customer block comes a moment after the document; one that was erased never comes. */
async function find(edge: Edge, number: string, position: Positions | undefined, patient: boolean) {
  const { positionWaitMsMax, listWaitMsMax } = edge.limits, { queries } = edge;
  const waitMs = patient ? positionWaitMsMax : listWaitMsMax;
  const fresh = await isFresh(queries.reads(...invoiceRows), position, waitMs);
  const found = await queries.invoices.find(number);
  const lacksBuyer = found?.document.buyer !== undefined && found.buyer === undefined;
  if (!lacksBuyer || !patient || position === undefined) return { found, fresh };
  const reached = await queries.reachedCustomers(position, waitMs);
  return { found: await queries.invoices.find(number), fresh: fresh && reached };
}

function viewOf(c: EdgeContext, edge: Edge, { document, seller, buyer }: InvoiceFound): DocumentView {
  const language = acceptedLanguage(c.req.header("accept-language"));
  const logo = edge.sellers.logoOf?.(document.entity);
  return {
    document,
    seller: seller ?? undescribed(document.entity),
    ...(buyer !== undefined && { buyer: buyer as Buyer }),
    ...(language !== undefined && { language }),
    ...(logo !== undefined && { logo }),
  };
}

async function show(
  c: EdgeContext,
  { view, forms, fresh }: {
    readonly view: DocumentView;
    /** What would do, best first. */
    readonly forms: readonly Representation[];
    readonly fresh: boolean;
  },
): Promise<Response> {
  const [best] = forms, form = forms.find((one) => whyNot(view, one) === undefined);
  if (best === undefined) return refuse(c, noSuchForm);
  if (form === undefined) return refuse(c, { problem: "not-acceptable", detail: whyNot(view, best)! });
  const { document: { hash }, buyer, language, payment } = view;
  const content = [hash, form, language, buyer, ...(form === "json" ? [payment] : [])];
  const known = taggedHeaders(content, { fresh, weak: true });
  const headers = { ...known, "vary": "accept, accept-language" };
  if (isKnown(c, known.etag)) return c.body(null, 304, headers);
  const { body, contentType, fileName } = await renderDocument(view, form);
  return answer(c, 200, typeof body === "string" ? body : new Uint8Array(body), {
    ...headers,
    "content-type": contentType,
    ...(form !== "json" && { "content-disposition": contentDisposition(fileName) }),
  });
}

/** Printable ASCII, as prefixes are; the database is not asked for anything else. */
const isNumber = (text: string) => /^[\x21-\x7e]{1,64}$/.test(text);

function unknownInvoice(number: string): Refusal {
  const detail = `Cannot find invoice ${number.slice(0, 64)}: nothing was ever issued under this number`;
  return { problem: "unknown-invoice", detail };
}
const behind: Refusal = {
  problem: "no-answer",
  detail: "Cannot read invoice: what is read from is behind what was written",
  retryAfterS: 1,
};
const noSuchForm: Refusal = {
  problem: "not-acceptable",
  detail: `Cannot show invoice in the form that Accept asks for: there are ${representations.join(", ")}`,
};
