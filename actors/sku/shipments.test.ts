import { describe, expect, test } from "vitest";
import type { HoldId, OrderId } from "../ids.ts";
import type { SkuAnswer } from "../protocol.ts";
import { given } from "../testing/given.ts";
import { recount } from "./invariants.ts";
import {
  adjustCommit,
  adjustHold,
  bind,
  commit,
  hold,
  leave,
  level,
  LON,
  MAN,
  parcelOf,
  part,
  pick,
  receive,
  release,
  tells,
  unbind,
} from "./specs.ts";
import { sku } from "./sku.ts";
import { skuEvent } from "./sku_events.ts";

const shipment = parcelOf();
const packed = (order: string, of = shipment) => tells(order, { kind: "packed", shipment: of });
const notPacked = (order: string, allocated: number, of = shipment) =>
  tells(order, { kind: "not_packed", shipment: of, allocated });
const owner = { hold: "A/1" as HoldId, order: "A" as OrderId };

/** 10 units, 4 of which are allocated to order A. */
const allocated = given(sku).after(receive(10), hold("A", 4), commit("A"));
const bound = allocated.after(bind("A", 3));

describe("binding units for a shipment", () => {
  test("packs what is allocated, and says so", () =>
    allocated.when(bind("A", 3))
      .thenEvents(
        skuEvent("stock.packed", { ...owner, location: LON, quantity: 3, parcel: shipment }),
      )
      .thenSends(packed("A"))
      .thenAnswers(level({ sellable: 10, allocated: 1, packed: 3, available: 6 })));

  test("of more than is allocated there changes nothing, and says how many are", () => {
    allocated.when(bind("A", 5)).thenNothing().thenSends(notPacked("A", 4));
    allocated.when(bind("A", 1, shipment, MAN)).thenNothing().thenSends(notPacked("A", 0));
    allocated.when(bind("B", 1)).thenNothing().thenSends(notPacked("B", 0));
  });

  test("of units that are only reserved changes nothing: the order is not paid", () =>
    given(sku).after(receive(10), hold("A", 4)).when(bind("A", 1)).thenNothing().thenSends(
      notPacked("A", 0),
    ));

  test("leaves alone what was picked by scan", () =>
    allocated.after(pick("A", 2)).when(bind("A", 3)).thenNothing().thenSends(notPacked("A", 2)));

  test("leaves alone what a forced adjustment in progress counts on", () =>
    allocated.after(adjustHold(9, true)).when(bind("A", 4)).thenNothing().thenSends(notPacked("A", 1)));

  test("asked twice is asked once", () => bound.when(bind("A", 3)).thenNothing().thenSends(packed("A")));

  test("for two shipments keeps them apart", () => {
    const two = bound.when(bind("A", 1, parcelOf("2"))).thenSends(packed("A", parcelOf("2"))).and();
    recount(two.state);
    two.when(leave("A")).thenAnswers(level({ sellable: 7, allocated: 0, packed: 1 }));
  });
});

describe("bound units", () => {
  test("leave once, and that alone takes goods away", () => {
    const gone = bound.when(leave("A"));
    gone.thenEventTypes("parcel.handed_over").thenSends()
      .thenAnswers(level({ sellable: 7, allocated: 1, packed: 0, available: 6 }));
    gone.and().when(leave("A")).thenNothing();
    gone.and().when(unbind("A")).thenNothing();
  });

  test("are allocated again when the shipment does not come about", () => {
    const back = bound.when(unbind("A"));
    back.thenEventTypes("stock.unpacked").thenSends().thenAnswers(level({ allocated: 4, packed: 0 }));
    back.and().when(unbind("A")).thenNothing();
    back.and().when(leave("A")).thenNothing();
  });

  test("are never taken by a shortfall, nor given back by a cancellation", () => {
    const short = bound.when(adjustCommit(-7, true));
    short.thenAnswers(level({ sellable: 3, allocated: 0, packed: 3 }));
    expect(short.messages.map(({ message }) => (message as { answers?: SkuAnswer[] }).answers?.[0]))
      .toContainEqual(expect.objectContaining({ kind: "lost", parts: [part(LON, 1)] }));
    short.and().when(leave("A")).thenAnswers(level({ sellable: 0, packed: 0 }));
    bound.when(release("A", { answer: true }))
      .thenSends(tells("A", { kind: "released", parts: [part(LON, 1)], dequeued: 0 }));
  });
});
