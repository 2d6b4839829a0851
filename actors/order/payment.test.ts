import { describe, expect, test } from "vitest";
import {
  A,
  asksInvoice,
  cancel,
  captured,
  due,
  failed,
  held,
  line,
  lost,
  ord,
  part,
  pending,
  place,
  POST,
  refused,
  released,
  service,
  status,
  stock,
  to,
  unknown,
} from "./specs.ts";

const awaiting = unknown.after(pending(), stock(held(A, [part(6)])));
const expired = awaiting.after(due());
const toCommit = to(A, { type: "commit" });

describe("a captured payment", () => {
  test("confirms, makes the holds firm and stops the timer", () => {
    const outcome = awaiting.when(captured());
    outcome.thenEventTypes("order.payment_captured", "order.confirmed").thenSends(toCommit)
      .thenReplies({ ok: true, value: { status: "confirmed", payment: "captured" } });
    expect(outcome.accepted.timers).toEqual([{ name: "hold", dueMs: null }]);
  });

  test("of an order without any goods yet leaves it backordered", () =>
    unknown.after(pending({ stockPolicy: "backorder" }), stock(held(A, [], { queued: 6 })))
      .when(captured()).thenEventTypes("order.payment_captured", "order.backordered").thenSends(toCommit));

  test("told twice is told once", () =>
    awaiting.after(captured()).when(captured()).thenNothing().thenSends()
      .thenReplies({ ok: true, replayed: true, value: { status: "confirmed" } }));

  test("told again after a change is answered as it was then", () =>
    awaiting.after(captured(), cancel(), stock(released(A, [part(6)]))).when(captured()).thenNothing()
      .thenReplies({ ok: true, replayed: true, value: { status: "confirmed" } }));

  test("with the same reference and another body is refused", () =>
    awaiting.after(captured()).when(captured("pay-1", "other")).thenRejected({
      reason: "idempotency-mismatch",
    }));

  test("of a paid order is noted and changes nothing else", () =>
    unknown.after(place(), stock(held(A, [part(6)]))).when(captured("pay-2"))
      .thenEventTypes("order.payment_captured").thenSends().thenReplies({
        ok: true,
        value: { status: "confirmed" },
      }));

  test("of an order that nobody placed is refused", () =>
    unknown.when(captured()).thenRejected({ reason: "unknown-order" }));

  test("of a cancelled order is refused, and stays refused", () =>
    awaiting.after(failed("pay-0")).when(captured())
      .thenReplies({ ok: false, rejection: { reason: "order-closed" } })
      .and().when(captured()).thenNothing().thenReplies({ ok: false, replayed: true }));

  test("of a rejected order is refused", () =>
    unknown.after(pending(), stock(refused(A, 6, 0))).when(captured())
      .thenReplies({ ok: false, rejection: { reason: "order-closed" } }));

  test("is refused when an order has seen too many", () => {
    let paid = awaiting;
    for (let i = 0; i < 100; i++) paid = paid.after(captured(`pay-${i}`));
    paid.when(captured("pay-100")).thenRejected({ reason: "too-many-payments" });
    paid.when(captured("pay-0")).thenReplies({ ok: true, replayed: true });
  });
});

describe("a payment that comes after the deadline", () => {
  test("asks for the stock again, under the next attempt and without a deadline", () =>
    expired.when(captured()).thenEventTypes("order.payment_captured", "order.stock_asked")
      .thenReplies({ later: "payment:pay-1" })
      .thenSends(to(A, { type: "hold", quantity: 6, whenShort: "refuse" }, 2))
      .thenAnswers(status("reserving")));

  test("confirms when there is enough", () => {
    const outcome = expired.after(captured()).when(stock(held(A, [part(6)], { attempt: 2 })));
    outcome.thenEventTypes("order.confirmed").thenSends(to(A, { type: "commit" }, 2))
      .thenAnswers(status("confirmed"), "payment:pay-1");
    expect(outcome.accepted.settles).toEqual(["payment:pay-1"]);
  });

  test("puts the order on hold when there is not", () =>
    expired.after(captured()).when(stock(refused(A, 6, 5, 2)))
      .thenEventTypes("order.held").thenSends()
      .thenAnswers(status("on_hold", { holdReason: "stock_lost", payment: "captured" }), "payment:pay-1"));

  test("takes what there is, where the order said so", () =>
    unknown.after(pending({ stockPolicy: "ship_available" }), stock(held(A, [part(6)])), due(), captured())
      .when(stock(held(A, [part(4)], { attempt: 2 }))).thenEventTypes("order.confirmed")
      .thenAnswers(status("confirmed", { total: "4.00" })));

  test("confirms services at once: no stock was lost", () =>
    unknown.after(pending({ lines: [line(POST, 1)] }), stock(service(POST)), due()).when(captured())
      .thenEventTypes("order.payment_captured", "order.confirmed", "order.invoice_requested")
      .thenSends(asksInvoice(`order:${ord}`, [[1, POST, 1]], ""))
      .thenReplies({ ok: true, value: { status: "confirmed" } }));

  test("never changes how placing it was answered", () =>
    expired.after(captured()).when(pending()).thenReplies({
      ok: true,
      replayed: true,
      value: { status: "awaiting_payment" },
    }));
});

describe("a failed payment", () => {
  test("gives back the stock and cancels", () => {
    const outcome = awaiting.when(failed());
    outcome.thenEventTypes("order.payment_failed", "order.cancelled")
      .thenSends(to(A, { type: "release", reason: "payment_failed", answer: false }))
      .thenReplies({ ok: true, value: { status: "cancelled", payment: "failed", total: "0.00" } });
    expect(outcome.accepted.timers).toEqual([{ name: "hold", dueMs: null }]);
  });

  test("of a paid order is refused", () =>
    awaiting.after(captured()).when(failed("pay-2"))
      .thenReplies({ ok: false, rejection: { reason: "payment-captured" } }));

  test("of a cancelled order is noted, and answered", () =>
    awaiting.after(cancel(), stock(released(A, [part(6)]))).when(failed())
      .thenEventTypes("order.payment_failed").thenSends().thenReplies({
        ok: true,
        value: { status: "cancelled" },
      }));

  test("of an expired order is noted", () =>
    expired.when(failed()).thenEventTypes("order.payment_failed").thenSends()
      .thenReplies({ ok: true, value: { status: "expired" } }));
});

describe("the deadline", () => {
  test("gives back the stock", () =>
    awaiting.when(due(5))
      .thenEvents({ type: "order.expired", version: 1, data: { deadlineMs: 5 } })
      .thenSends(to(A, { type: "release", reason: "expired", answer: false })).thenAnswers(
        status("expired"),
      ));

  test("after the payment is too late", () =>
    awaiting.after(captured()).when(due()).thenNothing().thenSends());
  test("of a rejected order means nothing", () =>
    unknown.after(pending(), stock(refused(A, 6, 0))).when(due()).thenNothing());
  test("of an unknown order means nothing", () => unknown.when(due()).thenNothing());
  test("fires once", () => expired.when(due()).thenNothing());
});

describe("stock lost before the payment", () => {
  const short = awaiting.after(stock(lost(A, [part(2)])));
  test("leaves the order waiting", () =>
    short.when({ type: "read" }).thenAnswers(status("awaiting_payment")));
  test("is asked for again when the money comes", () =>
    short.when(captured()).thenEventTypes("order.payment_captured", "order.stock_asked")
      .thenSends(toCommit, to(A, { type: "hold", quantity: 2, whenShort: "refuse" }, 2)));
  test("and not found leaves a person to decide; what is there stays", () =>
    short.after(captured()).when(stock(refused(A, 2, 0, 2))).thenEventTypes("order.held").thenSends()
      .thenAnswers(status("on_hold"), "payment:pay-1"));
});
