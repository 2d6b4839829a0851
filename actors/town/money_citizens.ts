import { actorId } from "../ids.ts";
import type { CreditOrder, IssueCredit, RefundOrder, SettleRefund } from "../money_commands.ts";
import { type Lines, linesOf, orderOf, print, startMs } from "./citizens.ts";
import type { Call } from "./town.ts";

/** Short ways to say what happens to the money of an order. */

/** Money is owed back: units of lines (or of the order's line of that number), an amount, or all that is left. */
export function credit(
  number: string | number,
  what: {
    readonly lines?: Lines;
    readonly amount?: string;
    readonly line?: number;
    readonly returnId?: string;
  },
  reference = "cr",
  atMs = startMs,
): Call {
  const { lines, line, ...rest } = what;
  const command: CreditOrder = {
    type: "credit",
    reference,
    reason: lines ? "return" : "goodwill",
    by: "key_1",
    fingerprint: print("credit", what),
    ...rest,
    ...(lines && { lines: linesOf(lines).map((row) => ({ ...row, ...(line && { line }) })) }),
  };
  return { to: actorId("order", orderOf(number)), command, atMs };
}
export function refund(number: string | number, amount: string, reference = "rf", atMs = startMs): Call {
  const command: RefundOrder = {
    type: "refund",
    refund: `rfn_${number}_${reference}`,
    reference,
    amount,
    method: "card",
    by: "key_1",
    fingerprint: print("refund", amount),
  };
  return { to: actorId("order", orderOf(number)), command, atMs };
}
export function settleRefund(
  number: string | number,
  status: "succeeded" | "failed",
  reference = "rf",
  atMs = startMs,
): Call {
  const command: SettleRefund = {
    type: "refund.settle",
    refund: `rfn_${number}_${reference}`,
    status,
    by: "key_1",
  };
  return { to: actorId("order", orderOf(number)), command, atMs };
}
/** Credits 1.99 and its tax of a sale that is not known here. */
export function standAlone(reference: string, rest: Partial<IssueCredit> = {}, atMs = startMs): Call {
  const command: IssueCredit = {
    ...{ type: "issue_credit", credit: `crd_${reference}`, entity: "main", reference, reason: "goodwill" },
    ...{ currency: "GBP", pricesIncludeTax: false, taxMode: "document", personal: false, by: "key_1" },
    fingerprint: print("issue_credit", { reference, ...rest }),
    lines: [{ description: "Postage", quantity: 1, unitPrice: "1.99", taxRate: "0.20" }],
    ...rest,
  };
  return { to: actorId("credit", command.credit), command, atMs };
}
