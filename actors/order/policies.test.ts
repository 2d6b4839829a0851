import { describe, expect, test } from "vitest";
import {
  A,
  B,
  held,
  line,
  LON,
  part,
  pending,
  place,
  POST,
  refused,
  service,
  status,
  stock,
  to,
  unknown,
} from "./specs.ts";

describe("reject", () => {
  test("names each short line with what it could have had, lines of one SKU in order", () =>
    unknown.after(place({ lines: [line(A, 3), line(B, 1), line(A, 4), line(A, 1)] }))
      .when(stock(refused(A, 8, 5), held(B, [part(1)])))
      .thenEventTypes("order.rejected")
      .thenAnswers({
        ok: false,
        rejection: {
          reason: "insufficient-stock",
          detail: "Cannot reserve the order: not enough stock for 2 lines",
          errors: [
            {
              pointer: "/lines/2/quantity",
              detail: "Only 2 of 4 can be had",
              sku: A,
              requested: 4,
              available: 2,
            },
            {
              pointer: "/lines/3/quantity",
              detail: "Only 0 of 1 can be had",
              sku: A,
              requested: 1,
              available: 0,
            },
          ],
        },
      }, "place"));

  test("gives back all that was held elsewhere, and nothing to SKUs that hold nothing", () =>
    unknown.after(place({ lines: [line(A, 3), line(B, 1), line(POST, 1)] }))
      .when(stock(refused(A, 3, 2), held(B, [part(1)]), service(POST)))
      .thenSends(to(B, { type: "release", reason: "refused", answer: false })));

  test("leaves an order that can be read", () =>
    unknown.after(place(), stock(refused(A, 6, 0))).when({ type: "read" }).thenAnswers(status("rejected")));

  test("decides the same when answers come one by one", () =>
    unknown.after(place({ lines: [line(A, 3), line(B, 1)] }), stock(held(B, [part(1)])))
      .when(stock(refused(A, 3, 2)))
      .thenEventTypes("order.rejected")
      .thenSends(to(B, { type: "release", reason: "refused", answer: false })));
});

describe("ship_available", () => {
  const some = place({ stockPolicy: "ship_available", lines: [line(A, 3), line(A, 4), line(B, 2)] });
  test("takes what there is and cancels the rest", () =>
    unknown.after(some).when(stock(held(A, [part(5)]), refused(B, 2, 0)))
      .thenEvents({
        type: "order.confirmed",
        version: 1,
        data: {
          attempt: 1,
          lines: [
            { line: 1, parts: [part(3)] },
            { line: 2, parts: [part(2)], cancelled: 2 },
            { line: 3, parts: [], cancelled: 2 },
          ],
        },
      })
      .thenSends(to(A, { type: "commit" }))
      .thenAnswers(status("confirmed", { total: "5.00" })));

  test("with nothing at all is rejected", () =>
    unknown.after(some).when(stock(refused(A, 7, 0), refused(B, 2, 0)))
      .thenEventTypes("order.rejected").thenSends());

  test("does not send postage alone", () =>
    unknown.after(place({ stockPolicy: "ship_available", lines: [line(A, 3), line(POST, 1)] }))
      .when(stock(refused(A, 3, 0), service(POST))).thenEventTypes("order.rejected"));

  test("asks SKUs for less where there is less", () =>
    unknown.when(some).thenSends(
      to(A, { type: "hold", quantity: 7, whenShort: "take_less" }),
      to(B, { type: "hold", quantity: 2, whenShort: "take_less" }),
    ));
});

describe("backorder", () => {
  const queued = place({ stockPolicy: "backorder", lines: [line(A, 3), line(A, 4)] });
  test("with anything allocated is confirmed, and what waits is told to be firm too", () =>
    unknown.after(queued).when(stock(held(A, [part(2)], { queued: 5 })))
      .thenEvents({
        type: "order.confirmed",
        version: 1,
        data: {
          attempt: 1,
          lines: [{ line: 1, parts: [part(2)], queued: 1 }, { line: 2, parts: [], queued: 4 }],
        },
      })
      .thenSends(to(A, { type: "commit" })));

  test("with nothing allocated is backordered, at its full price", () =>
    unknown.after(queued).when(stock(held(A, [], { queued: 7 })))
      .thenEventTypes("order.backordered")
      .thenAnswers(status("backordered", { total: "7.00" })));

  test("with a service line is confirmed", () =>
    unknown.after(place({ stockPolicy: "backorder", lines: [line(A, 3), line(POST, 1)] }))
      .when(stock(held(A, [], { queued: 3 }), service(POST))).thenEventTypes("order.confirmed"));

  test("beyond a limit is rejected", () =>
    unknown.after(queued).when(stock(refused(A, 7, 2))).thenEventTypes("order.rejected"));
});

describe("an order that is not paid yet", () => {
  const deadlineMs = Date.UTC(2011, 11, 1, 8, 36);
  test("asks for holds that end with its own deadline", () =>
    unknown.when(pending()).thenSends(
      to(A, { type: "hold", quantity: 6, whenShort: "refuse", deadlineMs }),
    ));

  test("is reserved, sets its timer, and commits nothing", () => {
    const outcome = unknown.after(pending()).when(stock(held(A, [part(6)])));
    outcome.thenEvents({
      type: "order.reserved",
      version: 1,
      data: { attempt: 1, lines: [{ line: 1, parts: [part(6)] }], deadlineMs },
    }).thenSends().thenAnswers(
      status("awaiting_payment", {
        expiresAt: "2011-12-01T08:36:00.000Z",
        lines: [expect.objectContaining({ allocated: [{ location: LON, quantity: 6 }] })],
      }),
      "place",
    );
    expect(outcome.accepted.timers).toEqual([{ name: "hold", dueMs: deadlineMs }]);
    expect(outcome.accepted.settles).toEqual(["place"]);
  });

  test("is rejected as any other", () =>
    unknown.after(pending()).when(stock(refused(A, 6, 5))).thenEventTypes("order.rejected"));
});
