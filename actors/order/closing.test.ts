import { describe, expect, test } from "vitest";
import type { Accepted } from "../actor.ts";
import type { PlaceOrder } from "../commands.ts";
import type { ReturnId } from "../ids.ts";
import type { RefundOrder } from "../money_commands.ts";
import type { DocumentIssued, ParcelMoved } from "../protocol.ts";
import type { ReturnGoods } from "../return/return_commands.ts";
import type { ReturnTold } from "../return/return_messages.ts";
import { someCause } from "../testing/given.ts";
import { A, cancel, held, ord, packed, parcel, part, place, ship, status, stock, unknown } from "./specs.ts";

const dayMs = 86_400_000, { atMs } = someCause;
const windowMs = 30 * dayMs, endMs = atMs + windowMs;
/** The timer, when it is due. However late the host is, it is told that time. */
const over = { type: "timer" as const, name: "closing", dueMs: endMs };
const atEnd = { id: "timer", atMs: endMs }, later = { id: "cmd_2", atMs: endMs + 5 * dayMs };

const arrives = (rest: Partial<ParcelMoved> = {}): ParcelMoved => ({
  ...parcel("delivered", 3),
  atMs,
  ...rest,
});
const issued = (source: string): DocumentIssued => ({
  type: "issued",
  source,
  number: "INV-2011-000001",
  issuedOn: "2011-12-01",
  total: "6.00",
});
const sold = (rest: Partial<PlaceOrder> = {}) =>
  unknown.after(
    place({ returnWindowMs: windowMs, ...rest }),
    stock(held(A, [part(6)])),
    ship([[A, 6]]),
    stock(packed(A)),
  );
const invoiced = (rest: Partial<PlaceOrder> = {}) => sold(rest).after(issued("ship:shp_1"));
const delivered = invoiced().after(arrives());
const closed = delivered.when(over, atEnd).and();

const ret = "ret_1" as ReturnId;
const sendBack: ReturnGoods = {
  type: "return",
  return: ret,
  reference: "r",
  reason: "too small",
  lines: [{ sku: A, quantity: 1 }],
  by: "key_1",
  fingerprint: "r",
};
const told = (news: "authorised" | "ended"): ReturnTold =>
  news === "authorised"
    ? { type: "return_told", return: ret, atMs, news }
    : { type: "return_told", return: ret, atMs, news, status: "cancelled", lines: sendBack.lines, by: "k" };
const refund: RefundOrder = {
  type: "refund",
  refund: "rfn_1",
  reference: "rf",
  amount: "1.00",
  method: "card",
  by: "key_1",
  fingerprint: "rf",
};
const settled = { type: "refund.settle" as const, refund: "rfn_1", status: "failed" as const, by: "key_1" };

const timers = ({ accepted }: { readonly accepted: Accepted }) => accepted.timers ?? [];
const setTo = (dueMs: number | null) => [{ name: "closing", dueMs }];
const closes = (at: number) =>
  ({ type: "order.closed", version: 1, data: { windowEndedMs: endMs, atMs: at } }) as const;

describe("an order closes", () => {
  test("by its timer, when its return window is over", () => {
    const outcome = invoiced().when(arrives());
    outcome.thenAnswers(status("delivered"));
    expect(timers(outcome)).toEqual(setTo(endMs));
    delivered.when(over, atEnd).thenEvents(closes(endMs)).thenAnswers(status("closed"));
  });

  test("once: a timer that fires twice finds nothing to do", () => {
    const again = closed.when(over, atEnd);
    again.thenNothing();
    expect(timers(again)).toEqual([]);
  });

  test("by any decision that comes after that time", () =>
    delivered.when(settled, later).thenRejected({ reason: "unknown-refund" })
      .and().when(cancel(), later).thenEventTypes("order.refused", "order.closed"));

  test("at once, when it was delivered so long ago", () => {
    const outcome = invoiced().when(arrives(), later);
    outcome.thenEventTypes("order.parcel_moved", "order.closed").thenAnswers(status("closed"));
    expect(timers(outcome)).toEqual([]);
  });

  test("a window after the newest delivery, which the carrier may correct", () => {
    const two = unknown.after(
      place({ returnWindowMs: windowMs }),
      stock(held(A, [part(6)])),
      ...[ship([[A, 2]]), stock(packed(A)), issued("ship:shp_1")],
      ...[ship([[A, 4]], "2"), stock(packed(A, "2")), issued("ship:shp_2")],
    );
    const last = arrives({ shipment: parcel("delivered", 1, { reference: "2" }).shipment });
    const one = two.when({ ...last, atMs: atMs + dayMs });
    expect(timers(one)).toEqual([]);
    const both = one.and().when(arrives());
    expect(timers(both)).toEqual(setTo(endMs + dayMs));
    expect(timers(both.and().when({ ...last, version: 4 }))).toEqual(setTo(endMs));
    expect(timers(both.and().when(parcel("return_to_sender", 5)))).toEqual(setTo(null));
  });

  test("never, where goods may come back for ever, or nobody knew for how long when it was placed", () => {
    const { returnWindowMs: _, ...asBefore } = place({ returnWindowMs: windowMs });
    const outcome = unknown.after(asBefore, stock(held(A, [part(6)])), ship([[A, 6]]), stock(packed(A)))
      .after(issued("ship:shp_1")).when(arrives(), later);
    outcome.thenEventTypes("order.parcel_moved");
    expect(timers(outcome)).toEqual([]);
    outcome.and().when(over, later).thenNothing().thenAnswers(status("delivered"));
  });
});

describe("an order of which something is open", () => {
  test("has no timer while a return is under way, and closes with its end", () => {
    const asked = delivered.when(sendBack);
    expect(timers(asked)).toEqual(setTo(null));
    const open = asked.and().after(told("authorised"));
    open.when(over, atEnd).thenNothing().thenAnswers(status("delivered"));
    open.when(told("ended"), later).thenEventTypes("order.return_ended", "order.closed");
    expect(timers(open.when(told("ended")))).toEqual(setTo(endMs));
  });

  test("closes with the refund that was pending, whatever came of it", () => {
    const open = delivered.after(refund);
    open.when(over, atEnd).thenNothing();
    open.when(settled, later).thenEventTypes("order.refund_settled", "order.closed");
  });

  test("closes when the last document has its number", () => {
    const open = sold().after(arrives());
    open.when(over, atEnd).thenNothing();
    open.when(issued("ship:shp_1"), later).thenEventTypes("order.invoiced", "order.closed");
    const credited = delivered.after({
      type: "credit",
      reference: "cr",
      reason: "goodwill",
      amount: "1.00",
      by: "key_1",
      fingerprint: "cr",
    });
    credited.when(over, atEnd).thenNothing();
    credited.when(issued(`credit:${ord}/cr`), later).thenEventTypes("order.credited", "order.closed");
  });

  test("waits for its time again when the clock that settled it is behind the one that fired", () => {
    const behind = delivered.after(refund).when(settled, { id: "cmd_3", atMs: endMs - 1 });
    behind.thenEventTypes("order.refund_settled");
    expect(timers(behind)).toEqual(setTo(endMs));
  });
});

describe("a closed order", () => {
  test("takes returns and refunds as before, and stays closed", () => {
    closed.after(sendBack, told("authorised"), told("ended")).when({ type: "read" })
      .thenAnswers(status("closed"));
    closed.after(refund, settled).when({ type: "read" }).thenAnswers(status("closed"));
  });

  test("is neither cancelled nor shipped, as one that is delivered is not", () => {
    for (
      const [command, reason] of [[cancel(), "already-shipped"], [
        ship([[A, 1]], "3"),
        "not-allocated",
      ]] as const
    ) {
      for (const order of [delivered, closed]) {
        order.when(command).thenReplies({ ok: false, rejection: { reason } });
      }
    }
  });

  test("hears what is said of its parcels later", () =>
    closed.when(parcel("return_to_sender", 5), later).thenEventTypes("order.parcel_moved")
      .thenAnswers(status("closed")));

  test("is told as it was to who asks again what was decided before", () =>
    closed.when(place({ returnWindowMs: windowMs })).thenReplies(status("confirmed")));
});
