import { payoutIdOf } from "../order_id.ts";
import { orderAnswer, orderId, paymentExample, placedAnswer, placedAt } from "./examples.ts";

/** The shop's own payment provider pays the story's order out, less its fee. */
const { channel: source, orderNumber, currency } = orderAnswer, reference = "PAYOUT-1001";
const payment = {
  ...{ type: "payment", amount: placedAnswer.total, orderNumber, reference: paymentExample.reference },
};
const fee = { type: "fee", amount: "-0.62", reference: "FEE-1001" };

/** Of the story's parcel. */
const invoice = "INV-2026-000001";
export const payoutId = payoutIdOf(source, reference);
export const payoutExample = { source, reference, currency, lines: [payment, fee] };
export const payoutCsvExample =
  `type,amount,orderNumber,reference\npayment,${payment.amount},${orderNumber},${payment.reference}\n` +
  `fee,${fee.amount},,${fee.reference}\n`;

export const payoutSummary = {
  ...{ payoutId, source, reference, currency, status: "matched", recordedAt: placedAt, matchedAt: placedAt },
  totals: {
    ...{ gross: "24.30", refunds: "0.00", fees: "-0.62", adjustments: "0.00", chargebacks: "0.00" },
    net: "23.68",
  },
};
export const payoutAnswer = {
  ...payoutSummary,
  ...{ matched: [1, 2], unmatched: [], disputed: [], writtenOff: [], differences: [] },
  lines: [
    { line: 1, ...payment, state: "matched", orderId, invoices: [invoice] },
    { line: 2, ...fee, state: "matched" },
  ],
};
const head = `${payoutId},${source},${reference},${placedAt},${currency}`;
export const bookingsExample = [
  "payout_id,source,payout_reference,recorded_at,currency,line,category,amount,reference,order_number,order_id," +
  "invoices,credit_note,state,reason,difference,written_off,write_off_reason",
  `${head},1,payment,24.30,${payment.reference},${orderNumber},${orderId},${invoice},,matched,,,,`,
  `${head},2,fee,-0.62,${fee.reference},,,,,matched,,,,`,
  `${head},,net,23.68,,,,,,,,,,`,
].map((row) => `${row}\r\n`).join("");

/** Another payout, with a line that belongs to nothing that is known. */
export const shortExample = {
  ...{ source, reference: "PAYOUT-1002", currency },
  lines: [{ type: "payment", amount: "0.30", orderNumber: "unknown-1", reference: "PAY-1002" }],
};
export const shortId = payoutIdOf(source, shortExample.reference);
export const writeOffExample = { reason: "Nobody knows the order; too little to go on asking." };
export const writeOffAnswer = {
  ...{ payoutId: shortId, line: 1, was: "unmatched", amount: "0.30", currency },
  ...{ reason: writeOffExample.reason, writtenOffAt: placedAt },
};
