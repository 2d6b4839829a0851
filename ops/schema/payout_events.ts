import { z } from "zod";
import type { PayoutCandidates } from "../../actors/payout/candidates.ts";
import type { MatchPayout, RecordPayout, WriteOffLine } from "../../actors/payout/payout_commands.ts";
import { differenceReasons, lineStates } from "../../actors/payout/line_match.ts";
import type { PayoutEvent } from "../../actors/payout/payout_events.ts";
import { statementLineTypes } from "../../actors/payout/statement.ts";
import {
  currency,
  decimal,
  eventsOf,
  fields,
  fingerprint,
  orderId,
  request,
  schemaOf,
  text,
  timeMs,
} from "./shape.ts";

const payoutId = z.string().startsWith("po_").describe("po_ and 26 characters of Crockford base32");
const by = text.describe("The id of the API key");
const type = z.enum(statementLineTypes);
const line = z.strictObject({
  type,
  amount: decimal.describe("Signed: refunds, fees and chargebacks are negative"),
  reference: text,
  orderNumber: text.optional(),
  channel: text.optional().describe("Whose order number it is; absent: the source's own"),
});
const statement = { payout: payoutId, source: text, reference: text, fingerprint, currency, by };
const settled = payoutId.optional().describe("The earlier payout that has it");

const candidates = schemaOf<PayoutCandidates>()(fields("What the statement is compared with.", {
  orders: z.array(z.strictObject({
    order: orderId,
    channel: text,
    orderNumber: text,
    currency,
    total: decimal,
    captured: decimal,
    payments: z.array(text),
    paid: z.array(z.strictObject({ payout: payoutId, amount: decimal })),
    invoices: z.array(text),
    credits: z.array(z.strictObject({ number: text, total: decimal, settled })),
    refunds: z.array(z.strictObject({
      refund: text,
      reference: text,
      amount: decimal,
      status: z.enum(["pending", "succeeded", "failed"]),
      creditNote: text.optional(),
      settled,
    })),
  })),
  known: z.array(z.strictObject({ type, reference: text, payout: payoutId })),
}));

export const recordPayout = schemaOf<RecordPayout>()(fields("Takes a platform's statement of what it pays.", {
  type: z.literal("record"),
  ...statement,
  lines: z.array(line),
  candidates,
}));
export const matchPayout = schemaOf<MatchPayout>()(fields("Looks again at what the lines belong to.", {
  type: z.literal("match"),
  request,
  candidates,
  by,
}));

const lineNumber = z.int().min(1).describe("As in the statement, from 1");
const match = z.strictObject({
  state: z.enum(lineStates),
  reason: z.enum(differenceReasons).optional(),
  difference: decimal.optional().describe("The line's amount less what the books expect of it"),
  order: orderId.optional(),
  invoices: z.array(text).optional(),
  refund: text.optional(),
  creditNote: text.optional(),
  payout: settled,
});
export const writeOffLine = schemaOf<WriteOffLine>()(fields("Expects nothing of a line any more.", {
  type: z.literal("write_off"),
  line: lineNumber,
  reason: text,
  fingerprint,
  by,
}));

/** The events of a payout: its statement, what its lines were found to belong to, and which were written off. */
export const payoutEventSchemas = eventsOf<PayoutEvent>()({
  "payout.recorded@1": fields("A platform or payment provider says what it pays.", {
    ...statement,
    lines: z.array(line),
    atMs: timeMs,
  }),
  "payout.matched@1": fields("What each line belongs to, in the order of the statement.", {
    lines: z.array(match),
    request: request.optional(),
    by,
    atMs: timeMs,
  }),
  "payout.line_written_off@1": fields("What a line differs by is a loss or a gain.", {
    line: lineNumber,
    amount: decimal.describe("Signed: the line's difference, as it stood"),
    match: match.describe("What the line was found to be"),
    reason: text,
    fingerprint,
    by,
    atMs: timeMs,
  }),
});
