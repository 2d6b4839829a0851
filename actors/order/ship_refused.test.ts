import { describe, expect, test } from "vitest";
import { shipmentsMax } from "./answers.ts";
import {
  A,
  B,
  cancel,
  confirmed,
  due,
  filled,
  held,
  line,
  lost,
  MAN,
  notPacked,
  packed,
  part,
  pending,
  place,
  POST,
  refused,
  released,
  service,
  ship,
  shipmentError,
  status,
  stock,
  to,
  undo,
  unknown,
} from "./specs.ts";

/** 6 A in London and 2 B, one of them in Manchester. */
const two = unknown.after(
  place({ lines: [line(A, 4), line(B, 2), line(A, 2)] }),
  stock(held(A, [part(6)]), held(B, [part(1), part(1, MAN)])),
);

describe("asking twice is asking once", () => {
  const done = confirmed.after(ship([[A, 2]]), stock(packed(A)));
  test("the same reference and body is answered as before, whatever happened since", () => {
    confirmed.after(ship([[A, 2]])).when(ship([[A, 2]])).thenNothing().thenReplies({ later: "ship:1" });
    done.after(ship([[A, 4]], "2"), stock(packed(A, "2"))).when({ ...ship([[A, 2]]), token: "another" })
      .thenNothing().thenReplies({
        ok: true,
        replayed: true,
        value: { shipmentId: "shp_1", trackingToken: "token-1" },
      });
  });
  test("the same reference with another body is refused by name", () => {
    const other = ship([[A, 3]]);
    confirmed.after(ship([[A, 2]])).when(other).thenRejected({ reason: "idempotency-mismatch" });
    done.when(other).thenRejected({ reason: "idempotency-mismatch" });
  });
  test("a refusal is remembered, too", () => {
    const short = unknown.after(place({ stockPolicy: "backorder" }), stock(held(A, [], { queued: 6 })));
    short.after(ship([[A, 6]]), stock(filled(A, [part(6)]))).when(ship([[A, 6]])).thenNothing()
      .thenReplies({ ok: false, replayed: true, rejection: { reason: "not-allocated" } });
  });
  test("so many references are remembered for ever, and no more are taken", () => {
    let order = unknown.after(place({ lines: [line(A, 2)] }), stock(held(A, [part(2)])));
    for (let i = 0; i < shipmentsMax; i++) order = order.after(ship([[B, 1]], `${i}`));
    order.when(ship([[A, 1]], "one more")).thenRejected({ reason: "too-many-shipments" });
    order.when(ship([[B, 1]], "0")).thenNothing().thenReplies({ replayed: true });
  });
});

describe("a parcel is refused", () => {
  const no = (reason: string, rest = {}) => ({ ok: false, rejection: { reason, ...rest } });
  test("for more than is allocated there, naming each line", () =>
    confirmed.when(ship([[A, 4], [A, 3], [B, 1]])).thenEventTypes("order.refused").thenSends()
      .thenReplies(no("not-allocated", { errors: [shipmentError(1, A, 3, 2), shipmentError(2, B, 1, 0)] })));
  test("when it is not paid: then its stock is only reserved", () =>
    unknown.after(pending(), stock(held(A, [part(6)]))).when(ship([[A, 1]]))
      .thenReplies(no("not-allocated", {
        detail: expect.stringContaining("is not paid yet"),
        errors: [{
          ...shipmentError(0, A, 1, 0),
          detail: "None of 1 can be allocated at LON1 before the order is paid",
        }],
      })));
  test("when its stock was lost, or has not come: it says so", () => {
    const onHold = confirmed.after(stock(lost(A, [part(2)])));
    const waits = unknown.after(
      place({ stockPolicy: "backorder" }),
      stock(held(A, [part(4)], { queued: 2 })),
    );
    const errors = [shipmentError(0, A, 6, 4)];
    onHold.when(ship([[A, 6]]))
      .thenReplies(no("not-allocated", { detail: expect.stringContaining("is on hold"), errors }));
    waits.when(ship([[A, 6]]))
      .thenReplies(no("not-allocated", { detail: expect.stringContaining("waits for more stock"), errors }));
  });
  test("when it is not paid, also with nothing in it but services, which go with the first parcel", () =>
    unknown.after(pending({ lines: [line(A, 2), line(POST, 1)] }), stock(held(A, [part(2)]), service(POST)))
      .when(ship([])).thenReplies(
        no("not-allocated", { detail: expect.stringContaining("is not paid yet") }),
      ));
  test("when the order is over", () => {
    const cancelled = confirmed.after(cancel(), stock(released(A, [part(6)])));
    const rejected = unknown.after(place(), stock(refused(A, 6, 0)));
    const expired = unknown.after(pending(), stock(held(A, [part(6)])), due());
    for (const over of [cancelled, rejected, expired]) {
      over.when(ship([[A, 1]])).thenReplies(no("order-closed"));
    }
  });
  test("when nobody placed the order", () =>
    unknown.when(ship([[A, 1]])).thenRejected({ reason: "unknown-order" }));
  test("when a SKU has fewer by now: what others had bound is allocated again", () => {
    const half = two.after(ship([[B, 1], [A, 1], [A, 5]]), stock(packed(B)));
    const outcome = half.when(stock(notPacked(A, 4)));
    outcome.thenEventTypes("order.shipment_failed").thenSends(to(B, undo()))
      .thenAnswers(no("not-allocated", { errors: [shipmentError(2, A, 5, 3)] }), "ship:1")
      .thenAnswers(status("confirmed"));
    expect(outcome.accepted.settles).toEqual(["ship:1"]);
    outcome.and().when(ship([[B, 1], [A, 1], [A, 5]])).thenNothing().thenReplies({
      ok: false,
      replayed: true,
    });
    outcome.and().when(ship([[B, 1]], "2")).thenEventTypes("order.shipment_requested");
  });
});
