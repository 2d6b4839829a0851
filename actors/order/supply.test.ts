import { describe, expect, test } from "vitest";
import { waitingMax } from "./resume.ts";
import {
  A,
  B,
  cancel,
  captured,
  confirmed,
  due,
  failed,
  filled,
  held,
  line,
  lost,
  part,
  pending,
  place,
  refused,
  released,
  status,
  stock,
  to,
  unknown,
} from "./specs.ts";

const queued = place({ stockPolicy: "backorder", lines: [line(A, 3), line(A, 4)] });
const backordered = unknown.after(queued, stock(held(A, [], { queued: 7 })));

describe("goods for a backorder", () => {
  test("go to the lines in order, and the first of them confirm", () =>
    backordered.when(stock(filled(A, [part(5)])))
      .thenEvents({
        type: "order.backorder_filled",
        version: 1,
        data: {
          lines: [{ line: 1, attempt: 1, parts: [part(3)] }, { line: 2, attempt: 1, parts: [part(2)] }],
        },
      }).thenAnswers(status("confirmed")));

  test("of a hold that the order has given up change nothing", () =>
    unknown.after(pending({ stockPolicy: "backorder" }), stock(held(A, [], { queued: 6 })), failed())
      .when(stock(filled(A, [part(6)]))).thenNothing().thenSends());

  test("that come while other SKUs have not answered count with the answer", () =>
    unknown.after(
      place({ stockPolicy: "backorder", lines: [line(A, 3), line(B, 1)] }),
      stock(held(A, [], { queued: 3 }), filled(A, [part(2)])),
    ).when(stock(held(B, [part(1)]))).thenEvents({
      type: "order.confirmed",
      version: 1,
      data: { attempt: 1, lines: [{ line: 1, parts: [part(2)], queued: 1 }, { line: 2, parts: [part(1)] }] },
    }));
});

describe("a lost claim", () => {
  test("puts the order on hold", () =>
    confirmed.when(stock(lost(A, [part(2)]))).thenEventTypes("order.claim_lost").thenSends()
      .thenAnswers(status("on_hold")));

  test("of a backorder order is queued again under the next attempt", () =>
    unknown.after(queued, stock(held(A, [part(7)]))).when(stock(lost(A, [part(5)])))
      .thenEventTypes("order.claim_lost", "order.stock_asked")
      .thenSends(to(A, { type: "hold", quantity: 5, whenShort: "queue" }, 2))
      .thenAnswers(status("confirmed"))
      .and().when(stock(held(A, [part(1)], { queued: 4, attempt: 2 })))
      .thenEventTypes("order.reallocated").thenSends(to(A, { type: "commit" }, 2)).thenAnswers(
        status("confirmed"),
      ));

  test("that cannot be queued again is a person's to decide, and is not asked for without news", () =>
    unknown.after(queued, stock(held(A, [part(7)])), stock(lost(A, [part(5)])), stock(refused(A, 5, 0, 2)))
      .when({ type: "read" }).thenAnswers(status("on_hold")));

  test("of a hold that is gone changes nothing", () =>
    unknown.after(pending(), stock(held(A, [part(6)])), due()).when(stock(lost(A, [part(6)]))).thenNothing());

  test("that had not been judged yet makes the answer short", () =>
    unknown.after(place({ lines: [line(A, 3), line(B, 1)] }), stock(held(A, [part(3)]), lost(A, [part(1)])))
      .when(stock(held(B, [part(1)]))).thenEventTypes("order.rejected")
      .thenSends(
        to(A, { type: "release", reason: "refused", answer: false }),
        to(B, { type: "release", reason: "refused", answer: false }),
      ));

  test("can be cancelled, which ends the hold, across attempts newest first", () => {
    const twice = unknown.after(
      queued,
      stock(held(A, [part(7)])),
      stock(lost(A, [part(5)])),
      stock(held(A, [part(1)], { queued: 4, attempt: 2 })),
    );
    twice.when(cancel([[A, 6]])).thenSends(
      to(A, { type: "release", quantity: 5, reason: "cancelled", answer: true }, 2),
      to(A, { type: "release", quantity: 1, reason: "cancelled", answer: true }),
    );
    twice.after(cancel([[A, 6]])).when(stock(released(A, [part(1)], 4, 2), released(A, [part(1)])))
      .thenEventTypes("order.lines_cancelled").thenAnswers(status("confirmed", { total: "1.00" }));
  });
});

describe("while the order waits for its SKUs", () => {
  const reserving = unknown.after(pending());
  test("a cancellation waits, and then goes through", () => {
    reserving.when(cancel()).thenEventTypes("order.command_deferred").thenReplies({ later: "cancel:req-1" });
    const outcome = reserving.after(cancel()).when(stock(held(A, [part(6)])));
    outcome.thenEventTypes("order.reserved", "order.command_resumed", "order.cancel_requested")
      .thenSends(to(A, { type: "release", quantity: 6, reason: "cancelled", answer: true }))
      .thenAnswers(status("awaiting_payment"), "place");
    expect(outcome.accepted.settles).toEqual(["place"]);
  });

  test("a payment waits, and the answers to both are as they were decided", () => {
    const outcome = reserving.after(captured()).when(stock(held(A, [part(6)])));
    outcome.thenEventTypes(
      "order.reserved",
      "order.command_resumed",
      "order.payment_captured",
      "order.confirmed",
    )
      .thenAnswers(status("awaiting_payment"), "place").thenAnswers(status("confirmed"), "payment:pay-1");
    expect(outcome.accepted.settles).toEqual(["place", "payment:pay-1"]);
  });

  test("what waits and is then refused is answered too", () => {
    const outcome = reserving.after(captured()).when(stock(refused(A, 6, 0)));
    outcome.thenEventTypes("order.rejected", "order.command_resumed", "order.refused")
      .thenAnswers({ ok: false }, "payment:pay-1");
    expect(outcome.accepted.settles).toEqual(["place", "payment:pay-1"]);
  });

  test("what waits is asked once too", () => {
    reserving.after(captured()).when(captured()).thenNothing().thenReplies({ later: "payment:pay-1" });
    reserving.after(captured()).when(captured("pay-1", "other")).thenRejected({
      reason: "idempotency-mismatch",
    });
  });

  test("the deadline waits for a cancellation, and takes what it left", () => {
    const cancelling = reserving.after(stock(held(A, [part(6)])), cancel([[A, 2]]), due(7));
    cancelling.when(stock(released(A, [part(2)])))
      .thenEventTypes("order.lines_cancelled", "order.command_resumed", "order.expired")
      .thenSends(to(A, { type: "release", reason: "expired", answer: false }));
  });

  test("the number of those who wait is limited", () => {
    let waiting = reserving;
    for (let i = 0; i < waitingMax; i++) waiting = waiting.after(cancel([[A, 1]], `req-${i}`));
    waiting.when(cancel([[A, 1]], "one-more")).thenRejected({ reason: "order-busy" });
  });
});

describe("stock that nobody waits for", () => {
  test("goes back when the order was never placed", () =>
    unknown.when(stock(held(A, [part(6)]))).thenNothing()
      .thenSends(to(A, { type: "release", reason: "refused", answer: false })));
  test("goes back when its attempt is decided", () =>
    confirmed.when(stock(held(A, [part(6)]))).thenNothing()
      .thenSends(to(A, { type: "release", reason: "refused", answer: false })));
});
