import { describe, expect, test } from "vitest";
import { someCause } from "../testing/given.ts";
import {
  A,
  asksInvoice,
  B,
  cancel,
  confirmed,
  failed,
  held,
  leave,
  line,
  lost,
  MAN,
  notPacked,
  packed,
  part,
  place,
  register,
  ship,
  shipmentError,
  status,
  stock,
  to,
  unknown,
} from "./specs.ts";

/** 6 A in London and 2 B, one of them in Manchester. */
const two = unknown.after(
  place({ lines: [line(A, 4), line(B, 2), line(A, 2)] }),
  stock(held(A, [part(6)]), held(B, [part(1), part(1, MAN)])),
);

describe("while SKUs bind units, other changes wait", () => {
  const busy = confirmed.after(ship([[A, 4]]));
  test("a cancellation, which then takes what is left", () =>
    busy.when(cancel()).thenEventTypes("order.command_deferred").thenReplies({ later: "cancel:req-1" })
      .and().when(stock(packed(A)))
      .thenEventTypes(
        "order.shipped",
        "order.command_resumed",
        "order.cancel_requested",
        "order.invoice_requested",
      )
      .thenSends(
        to(A, leave()),
        register(),
        to(A, { type: "release", quantity: 2, reason: "cancelled", answer: true }),
        asksInvoice("ship:shp_1", [[1, A, 4]]),
      ));
  test("a second parcel, which keeps the time at which it was accepted", () => {
    const later = { ...someCause, atMs: someCause.atMs + 5_000 };
    const waiting = busy.when(ship([[A, 2]], "2"), later).thenEventTypes("order.command_deferred").and();
    const next = waiting.when(stock(packed(A)));
    next.thenEventTypes(
      "order.shipped",
      "order.command_resumed",
      "order.shipment_requested",
      "order.invoice_requested",
    );
    expect(next.events.at(-2)?.data).toMatchObject({ reference: "2", atMs: later.atMs });
    waiting.when(ship([[A, 2]], "2")).thenNothing().thenReplies({ later: "ship:2" });
  });
  test("a payment, whose failure then changes nothing", () =>
    busy.after(failed()).when(stock(packed(A))).thenAnswers(
      { ok: false, rejection: { reason: "payment-captured" } },
      "payment:pay-1",
    ));
  test("a parcel that comes while stock is asked for", () =>
    unknown.after(place(), ship([[A, 6]])).when(stock(held(A, [part(6)])))
      .thenEventTypes("order.confirmed", "order.command_resumed", "order.shipment_requested"));
});

describe("a shortfall while SKUs bind units", () => {
  test("that came first makes the parcel fail", () =>
    confirmed.after(ship([[A, 6]]), stock(lost(A, [part(2)]))).when(stock(notPacked(A, 4)))
      .thenAnswers({ ok: false, rejection: { errors: [shipmentError(0, A, 6, 4)] } }, "ship:1")
      .thenAnswers(status("on_hold")));
  test("that came after never takes what is bound, whichever line it was meant for", () => {
    const bound = two.after(ship([[A, 4], [B, 1]]), stock(packed(A)), stock(lost(A, [part(2)])));
    bound.when(stock(packed(B))).thenAnswers({
      value: { status: "on_hold", lines: [{ shipped: 2 }, { shipped: 1 }, { shipped: 2 }] },
    });
  });
  test("of a backorder order is queued again once the parcel has left", () =>
    unknown.after(place({ stockPolicy: "backorder" }), stock(held(A, [part(6)])), ship([[A, 4]]))
      .after(stock(lost(A, [part(2)]))).when(stock(packed(A)))
      .thenEventTypes("order.shipped", "order.stock_asked", "order.invoice_requested")
      .and().when(stock(held(A, [], { queued: 2, attempt: 2 })))
      .thenAnswers(status("partially_shipped", {
        lines: [expect.objectContaining({ shipped: 4, backordered: 2 })],
      })));
});
