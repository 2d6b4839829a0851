import { type RouteConfig, z } from "@hono/zod-openapi";
import {
  csvQuery,
  payoutAnswer,
  payoutsQuery,
  payoutSummary,
  statementBody,
  writeOffAnswer,
  writeOffBody,
} from "../schemas/payout.ts";
import { idempotencyHeader, preferHeader, readHeader } from "./parameters.ts";
import {
  accepted,
  always,
  changed,
  intake,
  jsonBody,
  notModified,
  read,
  refusals,
  withBody,
} from "./parts.ts";
import * as story from "./payout_examples.ts";

const tags = ["Payouts"];
const writing = [{ key: ["invoices:write"] }], reading = [{ key: ["invoices:read"] }];
const payoutPath = z.object({ payoutId: z.string().openapi({ example: story.payoutId }) });
const pendingPayout = z.object({ payoutId: z.string(), pending: z.string() }).openapi("AcceptedPayout");
const later = accepted("Durable, and not decided yet: read the `Location`.", pendingPayout);

const changing: readonly RouteConfig[] = [
  {
    method: "post",
    path: "/v1/payouts",
    operationId: "recordPayout",
    summary: "Take a platform's statement of what it pays",
    description:
      "(`source`, `reference`) is the natural key, for ever: the same statement again gives the first answer again. Every line is matched with " +
      "the orders, invoices, refunds and credit notes that are known, and says what it differs by. As CSV, its first row names " +
      "the columns `type,amount,orderNumber,reference[,channel]`, and the rest stands in the query.",
    tags,
    security: writing,
    request: {
      headers: preferHeader,
      query: csvQuery,
      body: {
        required: true,
        content: {
          ...jsonBody(statementBody, story.payoutExample).content,
          "text/csv": { schema: z.string(), example: story.payoutCsvExample },
        },
      },
    },
    responses: {
      201: changed("Taken, with the match of every line.", payoutAnswer, story.payoutAnswer),
      202: later,
      ...refusals(
        ...always,
        ...withBody,
        ...intake,
        ...["malformed-csv", "malformed-header", "duplicate-statement-line"] as const,
        ...["statement-line-known", "idempotency-mismatch"] as const,
      ),
    },
  },
  {
    method: "post",
    path: "/v1/payouts/{payoutId}/match",
    operationId: "matchPayout",
    summary: "Look again at what a payout's lines belong to",
    description:
      "By what is known today, and by what earlier payouts have paid. The statement stays as it is; finding the same changes nothing.",
    tags,
    security: writing,
    request: { headers: idempotencyHeader, params: payoutPath },
    responses: {
      200: changed("As it is now.", payoutAnswer, story.payoutAnswer),
      202: later,
      ...refusals(
        ...always,
        ...intake,
        ...["unknown-payout", "idempotency-key-required", "malformed-header", "no-answer"] as const,
      ),
    },
  },
  {
    method: "post",
    path: "/v1/payouts/{payoutId}/lines/{line}/write-off",
    operationId: "writeOffPayoutLine",
    summary: "Expect nothing of a line's difference any more",
    description:
      "Of a line that is unmatched, disputed or matched with a difference: what it differs by becomes a loss or a gain, once for ever. The line is " +
      "`written_off` from then on, whatever another look finds. The natural key is the line: the same reason again gives the same answer.",
    tags,
    security: writing,
    request: {
      headers: preferHeader,
      params: z.object({
        payoutId: z.string().openapi({ example: story.shortId }),
        line: z.string().openapi({ example: "1" }),
      }),
      body: jsonBody(writeOffBody, story.writeOffExample),
    },
    responses: {
      201: changed("Written off.", writeOffAnswer, story.writeOffAnswer),
      202: later,
      ...refusals(
        ...always,
        ...withBody,
        ...intake,
        ...["unknown-payout", "unknown-payout-line", "payout-line-matched"] as const,
        ...["idempotency-mismatch", "no-answer"] as const,
      ),
    },
  },
];

const looking: readonly RouteConfig[] = [
  {
    method: "get",
    path: "/v1/payouts",
    operationId: "listPayouts",
    summary: "List payouts",
    description:
      "Newest first. A payout's own `status` is the worst that any line of it is; asked for, each payout is listed that has a line in that " +
      "state: `unmatched` also finds those that have a chargeback, too. `matched` lists those of which all lines are.",
    tags,
    security: reading,
    request: { headers: readHeader, query: payoutsQuery },
    responses: {
      200: read(
        'A page; `Link: rel="next"` leads to the next one.',
        z.object({
          items: z.array(payoutSummary),
          next: z.string().optional().openapi({ description: "The next page's `cursor`." }),
        }).openapi("PayoutPage"),
        { items: [story.payoutSummary] },
      ),
      304: notModified,
      ...refusals(...always, "malformed-header", "invalid-request", "unavailable"),
    },
  },
  {
    method: "get",
    path: "/v1/payouts/{payoutId}",
    operationId: "getPayout",
    summary: "Read a payout",
    description:
      "With `Accept: text/csv` its lines as they are to be booked, by category, with their sum as the last row.",
    tags,
    security: reading,
    request: { headers: readHeader, params: payoutPath },
    responses: {
      200: inBoth(read("The payout.", payoutAnswer, story.payoutAnswer)),
      304: notModified,
      ...refusals(...always, "malformed-header", "unknown-payout", "no-answer", "unavailable"),
    },
  },
];

function inBoth(answer: ReturnType<typeof read>) {
  const csv = { schema: z.string(), example: story.bookingsExample };
  return { ...answer, content: { ...answer.content, "text/csv": csv } };
}

/** The calls about what platforms and payment providers pay. */
export const payoutOperations: readonly RouteConfig[] = [...changing, ...looking];
