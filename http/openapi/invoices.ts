import { type RouteConfig, z } from "@hono/zod-openapi";
import { journalColumns } from "../invoices/journal.ts";
import { invoicesQuery } from "../schemas/invoice.ts";
import { invoiceAnswer, invoiceListed, refundAnswer } from "../schemas/invoice_answers.ts";
import * as story from "./invoice_examples.ts";
import { orderPath, readHeader } from "./parameters.ts";
import { always, notModified, read, refusals } from "./parts.ts";

const tags = ["Invoices"], security = [{ key: ["invoices:read"] }];
const bytes = { schema: z.string().openapi({ format: "binary" }) };
const ofOrder = ["malformed-header", "unknown-order", "no-answer", "unavailable"] as const;

const listed = read(
  'A page, by day of issue; `Link: rel="next"` leads to the next one. As `text/csv` the whole journal.',
  z.object({
    items: z.array(invoiceListed),
    next: z.string().optional().openapi({ description: "The next page's `cursor`." }),
  }).openapi("InvoicePage"),
  { items: [story.listedInvoice] },
);

const one = read(
  "The document, as it was frozen when its number was given.",
  invoiceAnswer,
  story.invoiceAnswer,
);

/** The calls that read what was issued. */
export const invoiceOperations: readonly RouteConfig[] = [
  ofAnOrder(
    {
      path: "/v1/orders/{orderId}/invoices",
      operationId: "listOrderInvoices",
      summary: "List an order's invoices and credit notes",
    },
    z.object({ items: z.array(invoiceListed) }).openapi("OrderInvoices"),
    [story.listedInvoice],
  ),
  {
    method: "get",
    path: "/v1/invoices/{number}",
    operationId: "getInvoice",
    summary: "Read an invoice or credit note",
    description:
      "By `Accept`, or by a suffix of the number: JSON (`.json`), PDF (`.pdf`), UBL 2.1 (`.ubl.xml`), Factur-X (`.facturx.pdf`). People read " +
      "it in the language of `Accept-Language`, else the buyer's, else the seller's. Rendering it again never changes what it says.",
    tags,
    security,
    request: {
      headers: readHeader,
      params: z.object({ number: z.string().openapi({ example: story.invoiceNumber }) }),
    },
    responses: {
      200: { ...one, content: { ...one.content, "application/pdf": bytes, "application/xml": bytes } },
      304: notModified,
      ...refusals(
        ...always,
        "malformed-header",
        "unknown-invoice",
        "not-acceptable",
        "no-answer",
        "unavailable",
      ),
    },
  },
  {
    method: "get",
    path: "/v1/invoices",
    operationId: "listInvoices",
    summary: "List invoices and credit notes, or take the journal",
    description:
      "With `Accept: text/csv` the journal of all that the query names, of any length (RFC 4180, UTF-8): " +
      `\`${journalColumns.join("`, `")}\`. ` +
      "A row for each document, tax category and rate, bookable by itself under its day of issue: what is credited later is booked later. " +
      "Amounts of credit notes are negative; `gross` is `net` + `tax`; `tax_rate` 0.20 is 20 %. `documents` is 1 in a document's first row and 0 " +
      "in its others. The last rows, for each currency, have no date and are control totals: `total_invoices`, `total_credit_notes` and `total`, " +
      "which every numeric column of the rows above adds up to; a file without them was cut off. `limit` and `cursor` do not matter to it. " +
      "A channel or order number that a spreadsheet would take for a formula is preceded by an apostrophe.",
    tags,
    security,
    request: { headers: readHeader, query: invoicesQuery },
    responses: {
      200: {
        ...listed,
        content: { ...listed.content, "text/csv": { schema: z.string(), example: story.journalExample } },
      },
      304: notModified,
      ...refusals(...always, "malformed-header", "invalid-request", "unavailable"),
    },
  },
  ofAnOrder(
    {
      path: "/v1/orders/{orderId}/refunds",
      operationId: "listRefunds",
      summary: "List an order's refunds",
    },
    z.object({ items: z.array(refundAnswer) }).openapi("OrderRefunds"),
    [story.settledAnswer],
  ),
];

/** All that an order has of something. */
function ofAnOrder(
  named: Pick<RouteConfig, "path" | "operationId" | "summary">,
  answer: z.ZodType,
  items: readonly unknown[],
): RouteConfig {
  return {
    ...named,
    method: "get",
    description: "Oldest first.",
    tags,
    security,
    request: { headers: readHeader, params: orderPath },
    responses: {
      200: read("All of them.", answer, { items }),
      304: notModified,
      ...refusals(...always, ...ofOrder),
    },
  };
}
