import { describe, expect, test } from "vitest";
import { cancellationsMax } from "./answers.ts";
import {
  A,
  B,
  cancel,
  captured,
  confirmed,
  due,
  held,
  line,
  lost,
  MAN,
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

const give = (quantity: number, attempt = 1) =>
  to(A, { type: "release", quantity, reason: "cancelled", answer: true }, attempt);
const no = (rest = {}) => ({ ok: false, rejection: { reason: "already-shipped", ...rest } });

describe("cancelling all", () => {
  test("asks each SKU to give back, and is answered when they have", () => {
    confirmed.when(cancel()).thenEventTypes("order.cancel_requested").thenSends(give(6))
      .thenReplies({ later: "cancel:req-1" });
    const outcome = confirmed.after(cancel()).when(stock(released(A, [part(6)])));
    outcome.thenEvents({
      type: "order.lines_cancelled",
      version: 1,
      data: {
        answered: [{ sku: A, attempt: 1 }],
        lines: [{ line: 1, quantity: 6, attempt: 1, parts: [part(6)] }],
      },
    }).thenAnswers(status("cancelled", { total: "0.00" }), "cancel:req-1");
    expect(outcome.accepted.settles).toEqual(["cancel:req-1"]);
  });

  test("of services alone needs nobody", () =>
    unknown.after(place({ lines: [line(POST, 1)] }), stock(service(POST))).when(cancel())
      .thenEventTypes("order.cancel_requested", "order.lines_cancelled", "order.credit_requested")
      .thenReplies({ ok: true, value: { status: "cancelled" } }));

  test("of an unpaid order stops its timer", () => {
    const outcome = unknown.after(pending(), stock(held(A, [part(6)])), cancel()).when(
      stock(released(A, [part(6)])),
    );
    expect(outcome.accepted.timers).toEqual([{ name: "hold", dueMs: null }]);
    outcome.and().when(captured()).thenReplies({ ok: false, rejection: { reason: "order-closed" } });
  });

  test("of an order on hold ends the units that nobody has", () =>
    unknown.after(pending(), stock(held(A, [part(6)])), due(), captured(), stock(refused(A, 6, 0, 2)))
      .when(cancel()).thenEventTypes("order.cancel_requested", "order.lines_cancelled").thenSends()
      .thenReplies({ ok: true, value: { status: "cancelled" } }));

  test("asked twice is asked once", () => {
    confirmed.after(cancel()).when(cancel()).thenNothing().thenReplies({ later: "cancel:req-1" });
    confirmed.after(cancel(), stock(released(A, [part(6)]))).when(cancel()).thenNothing()
      .thenReplies({ ok: true, replayed: true, value: { status: "cancelled" } });
  });

  test("under a used key with another body is refused", () =>
    confirmed.after(cancel()).when({ ...cancel(), fingerprint: "other" })
      .thenRejected({ reason: "idempotency-mismatch" }));
});

describe("cancelling lines", () => {
  const two = unknown.after(
    place({ stockPolicy: "backorder", lines: [line(A, 3), line(B, 1), line(A, 4)] }),
    stock(held(A, [part(2), part(1, MAN)], { queued: 4 }), held(B, [part(1)])),
  );
  test("takes the backordered part first, then what the SKU gave back, in line order", () =>
    two.after(cancel([[A, 3], [A, 2]])).when(stock(released(A, [part(1, MAN)], 4)))
      .thenEvents({
        type: "order.lines_cancelled",
        version: 1,
        data: {
          answered: [{ sku: A, attempt: 1 }],
          lines: [
            { line: 1, quantity: 1, attempt: 1, parts: [part(1, MAN)] },
            { line: 3, quantity: 4, attempt: 1, parts: [], dequeued: 4 },
          ],
        },
      }));

  test("sums what is asked of one SKU", () => two.when(cancel([[A, 3], [A, 2]])).thenSends(give(5)));

  test("keeps the rest of the order as it was", () =>
    two.after(cancel([[B, 1]])).when(stock(released(B, [part(1)]))).thenAnswers(
      status("confirmed", { total: "7.00" }),
    ));
});

describe("a cancellation is refused", () => {
  test("for more than is left, naming the line", () =>
    confirmed.when(cancel([[A, 4], [A, 3]])).thenReplies(no({
      errors: [{
        pointer: "/lines/1/quantity",
        detail: "Only 2 of 3 can be cancelled",
        sku: A,
        requested: 3,
        available: 2,
      }],
    })));
  test("for a SKU that is not in the order", () =>
    confirmed.when(cancel([[B, 1]])).thenReplies(
      no({ errors: [expect.objectContaining({ available: 0 })] }),
    ));
  test("when nothing is left", () =>
    confirmed.after(cancel(), stock(released(A, [part(6)]))).when(cancel(undefined, "req-2")).thenReplies(
      no(),
    ));
  test("when the order was rejected", () =>
    unknown.after(place(), stock(refused(A, 6, 0))).when(cancel()).thenReplies(no()));
  test("when it expired, and stays refused when a payment revives it", () =>
    unknown.after(
      pending(),
      stock(held(A, [part(6)])),
      due(),
      cancel(),
      captured(),
      stock(held(A, [part(6)], { attempt: 2 })),
    )
      .when(cancel()).thenNothing().thenReplies({ ...no(), replayed: true }));
  test("when nobody placed the order", () =>
    unknown.when(cancel()).thenRejected({ reason: "unknown-order" }));
});

test("the last cancellations are remembered, the oldest goes first", () => {
  let order = unknown.after(place({ lines: [line(POST, 200)] }), stock(service(POST)));
  for (let i = 0; i <= cancellationsMax; i++) order = order.after(cancel([[POST, 1]], `req-${i}`));
  order.when(cancel([[POST, 1]], "req-1")).thenNothing().thenReplies({ ok: true, replayed: true });
  order.when(cancel([[POST, 1]], "req-0")).thenEventTypes(
    "order.cancel_requested",
    "order.lines_cancelled",
    "order.credit_requested",
  );
});

test("units that a shortfall took while they were given back are cancelled all the same", () =>
  confirmed.after(cancel([[A, 5]]), stock(lost(A, [part(4)]))).when(stock(released(A, [part(2)])))
    .thenEvents({
      type: "order.lines_cancelled",
      version: 1,
      data: {
        answered: [{ sku: A, attempt: 1 }],
        lines: [{ line: 1, quantity: 2, attempt: 1, parts: [part(2)] }, { line: 1, quantity: 3 }],
      },
    })
    .thenAnswers(status("on_hold")));
