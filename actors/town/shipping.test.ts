import { describe, expect, test } from "vitest";
import type { Answer } from "../actor.ts";
import { actorId } from "../ids.ts";
import type { OrderView } from "../order/order_view.ts";
import { sku } from "../sku/sku.ts";
import type { SkuState } from "../sku/sku_state.ts";
import { auditAgreement, auditStock } from "./audit.ts";
import { auditShipments } from "./audit_shipments.ts";
import { adjust, buy, cancel, founding, look, MAN, receive, scans, ship } from "./citizens.ts";
import { picks, Scattered } from "./scattered.ts";
import { type Call, Town } from "./town.ts";

function stocked(...lines: readonly (readonly [string, number])[]): Town {
  const town = new Town();
  town.call(receive("R1", lines));
  return town;
}
function viewed(town: Town): OrderView {
  const answer = town.call(look(1));
  if (!answer?.ok) throw new Error(`Cannot look at the order: ${JSON.stringify(answer)}`);
  return answer.value as OrderView & typeof answer.value;
}
const reason = (answer: Answer | undefined) => answer?.ok === false ? answer.rejection.reason : "accepted";
const sellable = (town: Pick<Town, "state">, code: string) =>
  town.state<SkuState>(sku, actorId("sku", code)).locations.map((stock) => stock.sellable);
function audit(town: Parameters<typeof auditStock>[0]): void {
  auditStock(town);
  auditAgreement(town);
  auditShipments(town);
}

describe("shipping", () => {
  test("takes goods away, once, and is answered at once in one partition", () => {
    const town = stocked(["A", 4], ["B", 2]);
    town.call(buy(1, [["A", 3], ["B", 2]]));
    const answer = town.call(ship(1, [["A", 3]]));
    expect(answer).toMatchObject({ ok: true, value: { shipmentId: "shp_1_s", trackingToken: "token_1_s" } });
    expect(town.call(ship(1, [["A", 3]]))).toEqual({ ...answer, replayed: true });
    expect([...sellable(town, "A"), ...sellable(town, "B")]).toEqual([1, 2]);
    expect(viewed(town).status).toBe("partially_shipped");
    audit(town);
  });

  test("one line from two locations, until the last parcel is delivered", () => {
    const town = stocked(["A", 2]);
    town.call(receive("R2", [["A", 2]], MAN));
    town.call(buy(1, [["A", 4]]));
    town.call(ship(1, [["A", 2]], "s1"));
    town.call(ship(1, [["A", 2]], "s2", { location: MAN }));
    expect(viewed(town)).toMatchObject({ status: "shipped", lines: [{ shipped: 4, allocated: [] }] });
    town.call(scans("1_s1", [["delivered", 30], ["in_transit", 4]]));
    expect(viewed(town).status).toBe("shipped");
    town.call(scans("1_s2", [["delivered", 20]]));
    expect(viewed(town).status).toBe("delivered");
    audit(town);
  });

  test("a parcel of which the carrier spoke first is delivered once its order names it", () => {
    const town = stocked(["A", 2]);
    town.call(scans("1_s", [["delivered", 30]]));
    town.call(buy(1, [["A", 2]]));
    town.call(ship(1, [["A", 2]]));
    expect(viewed(town).status).toBe("delivered");
  });

  test("a backorder, when it has been filled", () => {
    const town = stocked(["A", 1]);
    town.call(buy(1, [["A", 3]], { stockPolicy: "backorder" }));
    expect(reason(town.call(ship(1, [["A", 3]], "s1")))).toBe("not-allocated");
    town.call(receive("R2", [["A", 5]]));
    expect(reason(town.call(ship(1, [["A", 3]], "s1")))).toBe("not-allocated"); // The first answer again.
    expect(reason(town.call(ship(1, [["A", 3]], "s2")))).toBe("accepted");
    expect(viewed(town).status).toBe("shipped");
    audit(town);
  });

  test("what a count took away cannot leave, and the rest can", () => {
    const town = stocked(["A", 4], ["B", 1]);
    town.call(buy(1, [["A", 4], ["B", 1]]));
    town.call(adjust("C1", [["A", -3]], true));
    expect(town.call(ship(1, [["B", 1], ["A", 4]], "s1"))).toMatchObject({
      ok: false,
      rejection: { errors: [{ pointer: "/lines/1/quantity", requested: 4, allocated: 1 }] },
    });
    expect(reason(town.call(ship(1, [["B", 1], ["A", 1]], "s2")))).toBe("accepted");
    town.call(cancel(1));
    expect(viewed(town)).toMatchObject({
      status: "shipped",
      lines: [{ shipped: 1, cancelled: 3 }, { shipped: 1 }],
    });
    audit(town);
  });
});

describe("an order of 2,000 lines", () => {
  const lines = Array.from({ length: 2_000 }, (_, i) => [`S${i % 1_500}`, 2] as const);
  const skus = [...new Set(lines.map(([code]) => code))];

  test("ships whole, by one event, in turns of a thousand deliveries", () => {
    const town = new Town(1_000);
    town.call(receive("R1", skus.map((code) => [code, 4] as const)));
    town.call(buy(1, lines));
    expect(reason(town.call(ship(1, lines)))).toBe("accepted");
    expect(viewed(town).status).toBe("shipped");
    expect((town.events.get(actorId("order", "ord_1")) ?? []).map(({ type }) => type).slice(2))
      .toEqual([
        "order.shipment_requested",
        "order.shipped",
        "order.invoice_requested",
        "order.parcel_moved",
        "order.invoiced",
      ]);
    expect([...sellable(town, "S7"), ...sellable(town, "S700")]).toEqual([0, 2]);
  });
});

describe("a parcel across partitions", () => {
  /** Many ways in which the steps of these calls may fall between each other, and how the calls were answered in each. */
  function outcomes(...calls: readonly Call[]): readonly string[] {
    const answers = new Set<string>();
    for (let seed = 1; seed <= 200; seed++) {
      const town = new Scattered();
      town.run(founding, () => 0);
      town.run([buy(1, [["A", 3], ["B", 2], ["A", 2]])], () => 0);
      town.run(calls, picks(seed));
      audit(town);
      answers.add(calls.map((_, i) => reason(town.answers.get(i))).join(", "));
    }
    return [...answers].sort();
  }

  test("and a cancellation: each unit is shipped or cancelled, never both", () => {
    const four = ship(1, [["A", 4], ["B", 1]]), two = cancel(1, [["A", 2]]);
    expect(outcomes(four, two)).toEqual(["accepted, already-shipped"]);
    expect(outcomes(two, four)).toEqual(["accepted, not-allocated"]);
  });

  test("and a count: all of it leaves, or nothing", () =>
    expect(outcomes(ship(1, [["A", 4], ["B", 2]]), adjust("C1", [["B", -5]], true))).toEqual([
      "accepted, stock-below-zero",
      "not-allocated, accepted",
    ]));

  test("and another of the same units: one of them leaves", () =>
    expect(outcomes(ship(1, [["A", 4]], "s1"), ship(1, [["A", 3], ["B", 1]], "s2")))
      .toEqual(["accepted, not-allocated"]));
});
