import { z } from "@hono/zod-openapi";
import { isCurrency } from "../../actors/money/currency.ts";
import { parseDecimal } from "../../actors/money/decimal.ts";
import { differenceReasons, lineStates } from "../../actors/payout/line_match.ts";
import { payoutLineStates } from "../../actors/payout/view.ts";
import { signOf, type StatementLineType, statementLineTypes } from "../../actors/payout/statement.ts";
import type { FieldError } from "../problems.ts";
import { isRecord } from "./issues.ts";
import { currency, placesIssue } from "./money.ts";
import { cursor, limit } from "./queries.ts";
import * as field from "./text.ts";

export const statementLinesMax = 2_000;

const signedPattern = /^-?(?:0|[1-9]\d{0,11})(?:\.\d{1,6})?$/;
const signedRule = 'must be a decimal string such as "-2.55": at most 12 digits before and 6 after the point';
const signedAmount = z.string({ error: signedRule }).regex(signedPattern, { error: signedRule }).openapi({
  description:
    "Signed, with at most the currency's own number of decimal places: payments are positive; refunds, fees and " +
    "chargebacks negative.",
  example: "-2.55",
});
const source = field.code(64, "web").openapi({
  description:
    "Who pays: a platform or payment provider. Order numbers are looked for in the channel of that name first.",
});

export const statementLine = z.object({
  type: z.enum(statementLineTypes),
  amount: signedAmount,
  orderNumber: field.orderNumber.optional().openapi({
    description:
      "Absent: the order that was captured or refunded under the line's reference, if there is only one.",
  }),
  channel: field.channel.optional().openapi({
    description:
      "Whose order number it is, and no other's; absent: the source's, or the only order of that number.",
  }),
  reference: field.reference.openapi({
    description: "Names the line, together with its type, within all statements of the source.",
  }),
});

export const statementBody = z.object({
  source,
  reference: field.reference,
  currency,
  lines: z.array(statementLine).min(1, { error: "must have at least one line" }).max(statementLinesMax),
}).openapi("PayoutInput");
export type StatementBody = z.output<typeof statementBody>;

/** What the currency and the type of a line say of its amount. */
export function amountErrors(value: unknown): readonly FieldError[] {
  if (!isRecord(value) || !Array.isArray(value.lines)) return [];
  const { currency, lines } = value;
  return lines.flatMap((line: unknown, index) => {
    if (!isRecord(line) || typeof line.amount !== "string" || !signedPattern.test(line.amount)) return [];
    const detail = signIssue(line.type, parseDecimal(line.amount)) ?? tooFine(line.amount, currency);
    return detail === undefined ? [] : [{ pointer: `/lines/${index}/amount`, detail }];
  });
}

function signIssue(type: unknown, amount: bigint): string | undefined {
  if (!statementLineTypes.some((known) => known === type)) return undefined;
  if (amount === 0n) return "must not be 0";
  const sign = signOf[type as StatementLineType];
  if (sign === undefined || (amount > 0n) === (sign > 0)) return undefined;
  return `must be ${sign > 0 ? "positive" : "negative"} in a ${type}`;
}

function tooFine(amount: string, code: unknown): string | undefined {
  if (typeof code !== "string" || !isCurrency(code)) return undefined;
  return placesIssue(amount.replace("-", ""), code);
}

export const writeOffBody = z.object({ reason: field.requiredText(500) }).openapi("WriteOffInput");

/** The query of POST /v1/payouts with a statement as CSV: what its rows do not say. */
export const csvQuery = z.object({
  source: source.optional(),
  reference: field.reference.optional(),
  currency: currency.optional(),
});

export const payoutsQuery = z.object({
  source: source.optional(),
  status: z.enum(payoutLineStates).optional().openapi({
    description:
      "With a line in that state, whatever its other lines are; `matched`: of which all lines are.",
  }),
  limit,
  cursor: cursor.optional(),
});

const money = z.string().openapi({ example: "24.30" });
const instant = z.string().openapi({ format: "date-time" });
const payoutId = z.string().openapi({ pattern: "^po_[0-9A-HJKMNP-TV-Z]{26}$" });
const state = z.enum(payoutLineStates);
const reason = z.enum(differenceReasons);
const difference = money.openapi({
  description:
    "Signed: the line's amount less what the books expect of it; all of it where they expect nothing.",
  example: "-0.30",
});
const lineNumbers = z.array(z.int().min(1));

export const payoutSummary = z.object({
  payoutId,
  source: z.string(),
  reference: z.string(),
  currency: z.string(),
  status: state.openapi({ description: "The worst that any line is." }),
  recordedAt: instant,
  matchedAt: instant.openapi({ description: "When its lines were last found to belong to something else." }),
  totals: z.object({
    gross: money.openapi({ description: "Of payments." }),
    ...{ refunds: money, fees: money, adjustments: money, chargebacks: money },
    net: money.openapi({ description: "All of it: what the bank account gets." }),
    writtenOff: money.optional().openapi({
      description: "Of the differences that were written off; no part of `net`. Absent where none was.",
    }),
  }),
}).openapi("PayoutSummary");

const writtenOff = z.object({
  was: z.enum(lineStates).openapi({ description: "What the line was found to be." }),
  amount: money.openapi({ description: "Signed: its difference, as it stood.", example: "-0.30" }),
  reason: z.string(),
  writtenOffAt: instant,
});
export const writeOffAnswer = writtenOff.extend({ payoutId, line: z.int().min(1), currency: z.string() })
  .openapi("WriteOff");

export const payoutAnswer = payoutSummary.extend({
  matched: lineNumbers.openapi({
    description: "Numbers of lines, those with a difference in their amount included.",
  }),
  unmatched: lineNumbers,
  disputed: lineNumbers,
  writtenOff: lineNumbers,
  differences: z.array(z.object({ line: z.int().min(1), state: z.enum(lineStates), reason, difference }))
    .openapi({
      description: "Of lines that were not written off.",
    }),
  lines: z.array(z.object({
    line: z.int().min(1),
    type: z.enum(statementLineTypes),
    amount: money,
    reference: z.string(),
    orderNumber: z.string().optional(),
    channel: z.string().optional(),
    state,
    reason: reason.optional(),
    difference: difference.optional(),
    writtenOff: writtenOff.optional(),
    orderId: z.string().optional(),
    invoices: z.array(z.string()).optional(),
    refundId: z.string().optional(),
    creditNote: z.string().optional(),
    payoutId: payoutId.optional().openapi({ description: "The earlier payout that has it already." }),
  })),
}).openapi("Payout");
