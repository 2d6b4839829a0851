import { describe, expect, test } from "vitest";
import { GoldenFiles } from "../testing/golden.ts";
import type { OrderEvent } from "./events.ts";
import { orderEventVersions } from "./events.ts";
import { order } from "./order.ts";

const files = new GoldenFiles(new URL("./golden/", import.meta.url));
const versions = Object.fromEntries(
  Object.entries(orderEventVersions).map(([type, version]) => [type, [version]]),
);
const golden = (type: OrderEvent["type"]) => files.read(type, orderEventVersions[type]) as OrderEvent;

test("every event that was ever written has a golden file, and none has changed", () => {
  expect(files.problems(versions)).toEqual([]);
});

type Type = OrderEvent["type"];
interface Life {
  readonly status: string;
  readonly total: string;
  readonly types: readonly Type[];
}
const life = (status: string, total: string, ...types: readonly Type[]): Life => ({
  status,
  total,
  types: ["order.placed", ...types],
});
const whole = "23.31";
const parcelLeft = ["order.confirmed", "order.shipment_requested", "order.shipped"] as const;
const booked = [
  "order.invoice_requested",
  "order.invoiced",
  "order.credit_requested",
  "order.credited",
  "order.refund_requested",
  "order.refund_settled",
] as const;
const cameBack = ["order.return_requested", "order.return_authorised", "order.return_received"] as const;
const paidLate = ["order.reserved", "order.expired", "order.payment_captured", "order.stock_asked"] as const;

/** Lives of the golden order in which each golden event is met, and how the order looks then. */
const lives: readonly Life[] = [
  life("reserving", whole, "order.stock_answered"),
  life("rejected", "0.00", "order.rejected"),
  life("confirmed", whole, "order.confirmed"),
  life("backordered", whole, "order.backordered"),
  life("confirmed", whole, "order.backordered", "order.backorder_filled"),
  life("awaiting_payment", whole, "order.reserved"),
  life("expired", "0.00", "order.reserved", "order.expired"),
  life("cancelled", "0.00", "order.reserved", "order.payment_failed", "order.cancelled"),
  life("reserving", whole, ...paidLate),
  life("on_hold", whole, ...paidLate, "order.held"),
  life("confirmed", whole, "order.confirmed", "order.cancel_requested"),
  life("confirmed", "17.19", "order.confirmed", "order.cancel_requested", "order.lines_cancelled"),
  life("on_hold", whole, "order.confirmed", "order.claim_lost"),
  life("confirmed", whole, "order.confirmed", "order.claim_lost", "order.stock_asked", "order.reallocated"),
  life("confirmed", whole, "order.confirmed", "order.refused"),
  life("reserving", whole, "order.command_deferred", "order.command_resumed"),
  life("in_fulfilment", whole, "order.confirmed", "order.shipment_requested", "order.shipment_answered"),
  life("confirmed", whole, "order.confirmed", "order.shipment_requested", "order.shipment_failed"),
  life("partially_shipped", whole, ...parcelLeft),
  life("partially_shipped", whole, ...parcelLeft, "order.parcel_moved"),
  life("partially_shipped", whole, ...parcelLeft, ...booked),
  life("closed", whole, ...parcelLeft, "order.parcel_moved", "order.closed"),
  life("partially_shipped", whole, ...parcelLeft, ...cameBack, "order.return_graded"),
  life("partially_shipped", whole, ...parcelLeft, ...cameBack, "order.return_ended"),
];

describe("the golden events still mean what they meant", () => {
  test.each(lives)("$status $total after $types", ({ status, total, types }) => {
    let state = order.initial("ord_GOLDEN");
    for (const type of types) {
      state = order.evolve(state, golden(type));
      order.check!(state);
    }
    expect(order.answer(state)).toMatchObject({ ok: true, value: { status, total } });
  });

  test("each of them is met in some life", () => {
    const met = new Set(lives.flatMap(({ types }) => types));
    expect([...met].sort()).toEqual(Object.keys(orderEventVersions).sort());
  });
});
