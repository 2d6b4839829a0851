import type { PayoutView } from "../../actors/payout/view.ts";
import { csvLine, guarded } from "../csv.ts";

/** What bookkeeping takes over, a row for each line of the statement and one for their sum. */
export const bookingColumns = [
  ...["payout_id", "source", "payout_reference", "recorded_at", "currency", "line", "category", "amount"],
  ...["reference", "order_number", "order_id", "invoices", "credit_note", "state", "reason", "difference"],
  ...["written_off", "write_off_reason"],
] as const;

/**
 * The lines of a payout as RFC 4180 CSV, in UTF-8, with CRLF: each bookable by its `category` (payment, refund, fee, adjustment,
 * chargeback), whatever it was matched with; and by `written_off`, what of it is a loss or a gain. The last row holds their control totals,
 * category `net`: what the bank account gets.
 */
export function bookings(payout: PayoutView): string {
  const { payoutId, source, reference, recordedAt, currency, lines, totals } = payout;
  const head = [payoutId, guarded(source), guarded(reference), recordedAt, currency];
  const rows = lines.map((line) => [
    ...head,
    ...[String(line.line), line.type, line.amount, guarded(line.reference), guarded(line.orderNumber ?? "")],
    ...[line.orderId ?? "", line.invoices?.join(" ") ?? "", line.creditNote ?? "", line.state],
    ...[line.reason ?? "", line.difference ?? ""],
    ...[line.writtenOff?.amount ?? "", guarded(line.writtenOff?.reason ?? "")],
  ]);
  const blanks = bookingColumns.slice(head.length + 3, -2).map(() => "");
  const sums = [...head, "", "net", totals.net, ...blanks, totals.writtenOff ?? "", ""];
  return [bookingColumns, ...rows, sums].map(csvLine).join("");
}
