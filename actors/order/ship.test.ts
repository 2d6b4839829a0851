import { describe, expect, test } from "vitest";
import { someCause } from "../testing/given.ts";
import {
  A,
  asksInvoice,
  B,
  cancel,
  captured,
  confirmed,
  filled,
  held,
  leave,
  line,
  LON,
  lost,
  MAN,
  notPacked,
  ord,
  pack,
  packed,
  part,
  place,
  POST,
  register,
  released,
  service,
  ship,
  shipmentError,
  shipmentOf,
  status,
  stock,
  to,
  unknown,
} from "./specs.ts";

const shipped = (units: number) => ({ lines: [expect.objectContaining({ shipped: units, allocated: [] })] });

/** 6 A in London and 2 B, one of them in Manchester. */
const two = unknown.after(
  place({ lines: [line(A, 4), line(B, 2), line(A, 2)] }),
  stock(held(A, [part(6)]), held(B, [part(1), part(1, MAN)])),
);

describe("a parcel that is handed over", () => {
  test("is a question to the SKUs first: the asker hears when they have bound the units", () => {
    const asked = confirmed.when(ship([[A, 6]]));
    asked.thenEventTypes("order.shipment_requested").thenSends(to(A, pack(6)))
      .thenReplies({ later: "ship:1" }).thenAnswers(status("in_fulfilment"));
    const outcome = asked.and().when(stock(packed(A)));
    outcome.thenEventTypes("order.shipped", "order.invoice_requested")
      .thenSends(to(A, leave()), register(), asksInvoice("ship:shp_1", [[1, A, 6]]))
      .thenAnswers(status("shipped", shipped(6)))
      .thenAnswers({
        value: {
          orderId: ord,
          shipmentId: "shp_1",
          trackingToken: "token-1",
          reference: "1",
          location: LON,
          carrier: "dpd",
          trackingNumber: "T1",
          handedOverAt: new Date(someCause.atMs).toISOString(),
        },
      }, "ship:1");
    expect(outcome.accepted.settles).toEqual(["ship:1"]);
  });

  test("tells which units of which lines are in it, in line order", () =>
    two.after(ship([[A, 5]])).when(stock(packed(A))).thenEvents({
      type: "order.shipped",
      version: 1,
      data: {
        shipment: shipmentOf(),
        token: "token-1",
        reference: "1",
        location: LON,
        carrier: "dpd",
        trackingNumber: "T1",
        atMs: someCause.atMs,
        lines: [
          { line: 1, sku: A, quantity: 4, shipped: 4, from: [{ attempt: 1, quantity: 4 }] },
          { line: 3, sku: A, quantity: 1, shipped: 1, from: [{ attempt: 1, quantity: 1 }] },
        ],
      },
    }, {
      type: "order.invoice_requested",
      version: 1,
      data: {
        source: "ship:shp_1",
        lines: [
          { line: 1, quantity: 4, net: "4.00", tax: "0.00" },
          { line: 3, quantity: 1, net: "1.00", tax: "0.00" },
        ],
      },
    }).thenAnswers(status("partially_shipped")));

  test("leaves only when every SKU has bound its units", () => {
    const half = two.when(ship([[A, 1], [B, 1], [A, 1]]));
    half.thenSends(to(A, pack(2)), to(B, pack(1)));
    half.and().when(stock(packed(A))).thenEventTypes("order.shipment_answered").thenSends()
      .and().when(stock(packed(B))).thenEventTypes("order.shipped", "order.invoice_requested")
      .thenSends(
        to(A, leave()),
        to(B, leave()),
        register(),
        asksInvoice("ship:shp_1", [[1, A, 2], [2, B, 1]]),
      );
  });

  test("binds from every hold that has units there, the oldest first", () => {
    const again = unknown.after(
      place({ stockPolicy: "backorder", lines: [line(A, 7)] }),
      stock(held(A, [part(7)])),
      stock(lost(A, [part(3)])),
      stock(held(A, [part(3)], { attempt: 2 })),
    );
    again.when(ship([[A, 6]])).thenSends(to(A, pack(4)), to(A, pack(2), 2))
      .and().when(stock(packed(A), packed(A, "1", 2)))
      .thenAnswers({ value: { lines: [{ shipped: 6, allocated: [part(1)] }] } });
  });
});

describe("one line over two locations, one order in two parcels", () => {
  const first = two.after(ship([[B, 1]]), stock(packed(B)));
  test("each takes what lies at its own location", () => {
    first.when({ type: "read" }).thenAnswers(status("partially_shipped"));
    first.when(ship([[B, 1]], "2")).thenReplies({
      ok: false,
      rejection: { reason: "not-allocated", errors: [shipmentError(0, B, 1, 0)] },
    });
    first.when(ship([[B, 1]], "2", { location: MAN })).thenSends(to(B, pack(1, "2", MAN)))
      .and().when(stock(packed(B, "2"))).thenAnswers({
        value: { status: "partially_shipped", lines: [{ shipped: 0 }, { shipped: 2 }, { shipped: 0 }] },
      });
  });
  test("the order is shipped when all live lines are handed over", () =>
    first.after(
      ship([[B, 1]], "2", { location: MAN }),
      stock(packed(B, "2")),
      cancel([[A, 2]]),
      stock(released(A, [part(2)])),
      ship([[A, 4]], "3"),
    ).when(stock(packed(A, "3"))).thenAnswers(status("shipped")));
});

describe("services", () => {
  const withPost = unknown.after(
    place({ lines: [line(A, 2), line(POST, 1)] }),
    stock(held(A, [part(2)]), service(POST)),
  );
  test("count as shipped with the first parcel, listed or not", () => {
    const unlisted = withPost.after(ship([[A, 1]])).when(stock(packed(A)));
    unlisted.thenAnswers({ value: { lines: [{ shipped: 1 }, { shipped: 1 }] } });
    withPost.when(ship([[A, 2], [POST, 1]])).thenSends(to(A, pack(2)))
      .and().when(stock(packed(A))).thenAnswers(status("shipped"));
    unlisted.and().when(ship([[A, 1], [POST, 1]], "2")).thenSends(to(A, pack(1, "2")))
      .and().when(stock(packed(A, "2"))).thenAnswers({ value: { lines: [{ shipped: 2 }, { shipped: 1 }] } });
  });
  test("alone need no SKU", () =>
    withPost.when(ship([[POST, 1]])).thenEventTypes(
      "order.shipment_requested",
      "order.shipped",
      "order.invoice_requested",
    ).thenSends(register(), asksInvoice("ship:shp_1", [[2, POST, 1]])).thenReplies({
      ok: true,
      value: { shipmentId: "shp_1" },
    })
      .thenAnswers(status("partially_shipped"))
      .and().when(ship([[POST, 1]], "2")).thenReplies({
        ok: false,
        rejection: { reason: "not-allocated", detail: "Cannot ship the parcel: nothing is in it" },
      }));
  test("that were cancelled do not ship", () =>
    withPost.after(cancel([[POST, 1]]), ship([[A, 2]])).when(stock(packed(A)))
      .thenAnswers(
        status("shipped", { lines: [expect.anything(), expect.objectContaining({ shipped: 0 })] }),
      ));
});

describe("what is shipped is not cancelled", () => {
  const some = confirmed.after(ship([[A, 4]]), stock(packed(A)));
  test("cancelling all cancels the rest, and the order is shipped", () => {
    const rest = some.when(cancel());
    rest.thenSends(to(A, { type: "release", quantity: 2, reason: "cancelled", answer: true }))
      .and().when(stock(released(A, [part(2)])))
      .thenAnswers(status("shipped", { lines: [expect.objectContaining({ shipped: 4, cancelled: 2 })] }));
  });
  test("more than the rest is refused, and so is all when nothing is left", () => {
    some.when(cancel([[A, 3]])).thenReplies({ ok: false, rejection: { reason: "already-shipped" } });
    some.after(ship([[A, 2]], "2"), stock(packed(A, "2"))).when(cancel())
      .thenReplies({ ok: false, rejection: { reason: "already-shipped" } });
  });
});

test("a backorder ships when it is filled, and not before", () => {
  const waiting = unknown.after(
    place({ stockPolicy: "backorder" }),
    stock(held(A, [part(2)], { queued: 4 })),
  );
  const first = waiting.after(ship([[A, 2]]), stock(packed(A)));
  first.when(ship([[A, 1]], "2")).thenReplies({ ok: false, rejection: { reason: "not-allocated" } });
  first.after(stock(filled(A, [part(4)])), ship([[A, 4]], "3")).when(stock(packed(A, "3")))
    .thenAnswers(status("shipped"));
});

test("an order on hold ships what it has", () =>
  confirmed.after(stock(lost(A, [part(2)])), ship([[A, 4]])).when(stock(packed(A)))
    .thenAnswers(status("on_hold", { lines: [expect.objectContaining({ shipped: 4 })] })));

test("an answer to a shipment that is over changes nothing", () =>
  confirmed.after(ship([[A, 4]]), stock(packed(A))).when(stock(packed(A), notPacked(A, 0))).thenNothing());

test("earlier answers stay as they were told", () =>
  confirmed.after(captured(), ship([[A, 6]]), stock(packed(A))).when(captured())
    .thenReplies({ ok: true, replayed: true, value: { status: "confirmed" } }));

describe("whether a shipment is the order's", () => {
  const find = (reference = "1") => ({ type: "find_shipment" as const, shipment: shipmentOf(reference) });
  const asked = two.after(ship([[A, 6]]));
  test("is told of what was shipped, and refused of what was not", () => {
    asked.after(stock(packed(A))).when(find()).thenNothing()
      .thenReplies({ ok: true, value: { shipmentId: shipmentOf() } });
    asked.when(find("2")).thenRejected({ reason: "unknown-shipment" });
    unknown.when(find()).thenRejected({ reason: "unknown-order" });
  });
  test("is told later while it is not decided, or waits for another", () => {
    asked.when(find()).thenReplies({ later: "ship:1" });
    asked.after(ship([[B, 1]], "2")).when(find("2")).thenReplies({ later: "ship:2" });
  });
  test("is refused when the parcel could not be packed", () =>
    asked.after(stock(notPacked(A, 3))).when(find()).thenRejected({ reason: "unknown-shipment" }));
});
