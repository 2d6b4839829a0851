import { describe, expect, test } from "vitest";
import { someCause } from "../testing/given.ts";
import { order } from "./order.ts";
import {
  A,
  asksInvoice,
  B,
  held,
  line,
  LON,
  MAN,
  ord,
  part,
  place,
  POST,
  refused,
  service,
  status,
  stock,
  to,
  unknown,
} from "./specs.ts";

const example = place({
  lines: [line(A, 6, { unitPrice: "2.55", discount: "0.00", taxRate: "0.20", description: "HEART" })],
  shipping: { amount: "4.95", taxRate: "0.20", service: "next_day" },
});

describe("placing an order", () => {
  test("asks each SKU once, for the sum of its lines", () =>
    unknown.when(place({ lines: [line(A, 2), line(B, 1), line(A, 3)] }))
      .thenEventTypes("order.placed")
      .thenReplies({ later: "place" })
      .thenSends(
        to(A, { type: "hold", quantity: 5, whenShort: "refuse" }),
        to(B, { type: "hold", quantity: 1, whenShort: "refuse" }),
      ));

  test("confirms when all is held, and makes the holds firm", () =>
    unknown.after(example).when(stock(held(A, [part(6)])))
      .thenEvents({
        type: "order.confirmed",
        version: 1,
        data: { attempt: 1, lines: [{ line: 1, parts: [part(6)] }] },
      })
      .thenSends(to(A, { type: "commit" })));

  test("answers as the API's example says", () =>
    unknown.after(example, stock(held(A, [part(6)]))).when({ type: "read" }).thenAnswers({
      ok: true,
      value: {
        orderId: ord,
        status: "confirmed",
        net: "20.25",
        tax: "4.05",
        total: "24.30",
        shipping: { net: "4.95", service: "next_day" },
        lines: [{
          line: 1,
          sku: A,
          description: "HEART",
          quantity: 6,
          net: "15.30",
          allocated: [{ location: LON, quantity: 6 }],
          backordered: 0,
          cancelled: 0,
          shipped: 0,
        }],
      },
    }));

  test("waits while a SKU has not answered", () =>
    unknown.after(place({ lines: [line(A, 1), line(B, 1)] }), stock(held(A, [part(1)]))).when({
      type: "read",
    })
      .thenNothing().thenAnswers(status("reserving")));

  test("spreads what a SKU grants over its lines in line order", () =>
    unknown.after(place({ lines: [line(A, 2), line(A, 3)] })).when(
      stock(held(A, [part(3, LON), part(2, MAN)])),
    )
      .thenEvents({
        type: "order.confirmed",
        version: 1,
        data: {
          attempt: 1,
          lines: [{ line: 1, parts: [part(2)] }, { line: 2, parts: [part(1), part(2, MAN)] }],
        },
      }));

  test("with services alone is confirmed, and claims nothing", () =>
    unknown.after(place({ lines: [line(POST, 1)] })).when(stock(service(POST)))
      .thenEventTypes("order.confirmed", "order.invoice_requested")
      .thenSends(asksInvoice(`order:${ord}`, [[1, POST, 1]], "")));

  test("in a currency that nobody can price is a defect, not a fact", () => {
    expect(() => order.decide(order.initial(ord), place({ currency: "QQQ" }), someCause)).toThrow("ISO 4217");
  });

  test("tells the turn which SKUs to load", () => {
    expect(order.touches!(place({ lines: [line(A, 1), line(B, 1), line(A, 1)] }))).toEqual([
      "sku:A",
      "sku:B",
    ]);
  });
});

describe("placing it again", () => {
  test("while undecided waits for the same decision", () =>
    unknown.after(place()).when(place()).thenNothing().thenReplies({ later: "place" }));

  test("with another body is refused", () =>
    unknown.after(place()).when(place({ fingerprint: "other" })).thenRejected({
      reason: "idempotency-mismatch",
    }));

  test("gets the first decided answer, whatever became of the order", () =>
    unknown.after(place(), stock(held(A, [part(6)])), { ...cancelAll }, stock(releasedAll))
      .when(place()).thenNothing()
      .thenReplies({ ok: true, replayed: true, value: { status: "confirmed", total: "6.00" } })
      .thenAnswers(status("cancelled", { total: "0.00" })));

  test("after a rejection is rejected the same way", () =>
    unknown.after(place(), stock(refused(A, 6, 4))).when(place()).thenNothing()
      .thenReplies({ ok: false, replayed: true, rejection: { reason: "insufficient-stock" } }));
});
const cancelAll = { type: "cancel", reason: "r", request: "c", fingerprint: "c" } as const;
const releasedAll = { kind: "released", sku: A, hold: `${ord}/1`, parts: [part(6)], dequeued: 0 } as never;
