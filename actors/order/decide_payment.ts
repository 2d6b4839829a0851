import type { Rejection } from "../actor.ts";
import type { RecordPayment } from "../commands.ts";
import { topicOf } from "./answers.ts";
import { type Draft, record, tell } from "./draft.ts";
import type { OrderRefusal } from "./events.ts";
import { releaseAll } from "./expiry.ts";
import { askAgain } from "./judge.ts";
import { anyOpen, holdsOf } from "./state.ts";
import { orderStatus } from "./view.ts";

/** What the payment provider says of the order. A capture that is decided before the deadline's timer wins over it. */
export function pay(draft: Draft, command: RecordPayment): void {
  const status = orderStatus(draft.state);
  if (command.status === "captured") capture(draft, command, status);
  else fail(draft, command, status);
}

function capture(draft: Draft, command: RecordPayment, status: string): void {
  const { reference, fingerprint } = command;
  if (status === "cancelled" || status === "rejected") {
    return refuse(draft, command, {
      reason: "order-closed",
      detail: `Cannot take the payment: the order is ${status}`,
    });
  }
  record(draft, "order.payment_captured", { reference, fingerprint });
  if (status !== "awaiting_payment" && status !== "expired") return; // Paid before: noted, and nothing else changes.
  for (const hold of holdsOf(draft.state)) tell(draft, hold, { type: "commit" });
  if (anyOpen(draft.state)) return askAgain(draft, "paid"); // What was held is gone, or some of it.
  const { attempt, lines } = draft.state;
  const supplied = lines.some((line) => line.service || line.claims.length > 0);
  record(draft, supplied ? "order.confirmed" : "order.backordered", { attempt, lines: [] });
}

function fail(draft: Draft, command: RecordPayment, status: string): void {
  const { reference, fingerprint } = command;
  if (draft.state.payment === "captured" && status !== "cancelled" && status !== "rejected") {
    const detail = "Cannot fail the payment: another one of this order is captured";
    return refuse(draft, command, { reason: "payment-captured", detail });
  }
  record(draft, "order.payment_failed", { reference, fingerprint });
  if (status !== "awaiting_payment") return; // Nothing is held for it any more: noted.
  releaseAll(draft, "payment_failed");
  record(draft, "order.cancelled", { reason: "payment_failed" });
}

/** Remembers the refusal, so that the same question is answered the same for ever. */
export function refuse(
  draft: Draft,
  command: Parameters<typeof topicOf>[0],
  rejection: Rejection<OrderRefusal>,
): void {
  record(draft, "order.refused", { topic: topicOf(command), fingerprint: command.fingerprint, rejection });
}
