import type { MatchPayout, RecordPayout } from "./payout_commands.ts";
import type { OrderId } from "../ids.ts";
import type { CandidateOrder, PayoutCandidates } from "./candidates.ts";
import type { StatementLine, StatementLineType } from "./statement.ts";

/** Words for the payout's specs: statements of `web` in GBP. */
export const line = (
  type: StatementLineType,
  amount: string,
  reference: string,
  orderNumber?: string,
  channel?: string,
): StatementLine => ({
  type,
  amount,
  reference,
  ...(orderNumber !== undefined && { orderNumber }),
  ...(channel !== undefined && { channel }),
});

/** An order of the channel `web` that was paid and has no documents. */
export const paidOrder = (
  orderNumber: string,
  total: string,
  rest: Partial<CandidateOrder> = {},
): CandidateOrder => ({
  order: `ord_${orderNumber}` as OrderId,
  channel: "web",
  orderNumber,
  currency: "GBP",
  total,
  captured: total,
  ...{ payments: [], paid: [], invoices: [], credits: [], refunds: [] },
  ...rest,
});

export const found = (...orders: readonly CandidateOrder[]): PayoutCandidates => ({ orders, known: [] });

export const recording = (
  lines: readonly StatementLine[],
  candidates: PayoutCandidates = found(),
  fingerprint = "f",
): RecordPayout => ({
  type: "record",
  ...{ payout: "po_1", source: "web", reference: "P-1", currency: "GBP", by: "key", fingerprint },
  ...{ lines, candidates },
});
export const matching = (candidates: PayoutCandidates, request = "r1"): MatchPayout => ({
  ...{ type: "match", request, candidates, by: "key" },
});
