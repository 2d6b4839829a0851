import { describe, expect, test } from "vitest";
import { given } from "../testing/given.ts";
import { sku } from "./sku.ts";
import { skuEvent } from "./sku_events.ts";
import {
  gradeReturned,
  held,
  hold,
  level,
  LON,
  MAN,
  part,
  receiveReturned,
  restockReturned,
  tells,
  tellsReturn,
  theReturn,
} from "./specs.ts";
import { stockAt } from "./sku_state.ts";

const returned = given(sku).after(receiveReturned(3));

describe("goods that come back", () => {
  test("wait in quality control, for sale to nobody", () =>
    returned.when({ type: "read" }).thenAnswers(level({ qualityControl: 3, onHand: 3, available: 0 })));

  test("are announced to their return once they are there", () =>
    given(sku).when(receiveReturned(3))
      .thenEvents(
        skuEvent("location.revised", { location: LON, priority: 4 }),
        skuEvent("return.received", { return: theReturn, location: LON, quantity: 3 }),
      )
      .thenSends(tellsReturn()));

  test("bring the location's priority only until the location itself has spoken", () => {
    const known = given(sku).after(receiveReturned(1), { type: "location", location: LON, priority: 9 });
    const after = known.when(receiveReturned(1)).thenEventTypes("return.received");
    expect(stockAt(after.state, LON).priority).toBe(9);
  });

  test("go where their grading says, or away", () => {
    returned.when(gradeReturned(2, "sellable")).thenSends(tellsReturn())
      .thenAnswers(level({ qualityControl: 1, sellable: 2, available: 2, onHand: 3 }));
    returned.when(gradeReturned(2, "quarantine"))
      .thenAnswers(level({ qualityControl: 1, quarantine: 2, available: 0, onHand: 3 }));
    returned.when(gradeReturned(3, null)).thenAnswers(level({ qualityControl: 0, onHand: 0 }));
  });

  test("that somebody took out of quality control are not graded, and the return is told how many are left", () => {
    returned.when(gradeReturned(4, "refurbish")).thenNothing().thenSends(tellsReturn(3));
    returned.when(gradeReturned(1, "sellable", MAN)).thenNothing().thenSends(tellsReturn(0));
  });

  test("that are restocked serve who waits for them first", () => {
    const waiting = returned.after(hold("A", 2, "queue"));
    waiting.when(gradeReturned(3, "sellable"))
      .thenSends(tellsReturn(), tells("A", { kind: "filled", parts: [part(LON, 2)] }))
      .thenAnswers(level({ sellable: 3, reserved: 2, available: 1 }));
  });

  test("that were another SKU's are for sale as this one", () => {
    const waiting = given(sku).after(hold("A", 1, "queue"));
    waiting.when(hold("A", 1, "queue")).thenSends(held("A", [], 1));
    waiting.when(restockReturned(2))
      .thenEvents(
        skuEvent("location.revised", { location: LON, priority: 4 }),
        skuEvent("goods.received", {
          doc: `${theReturn}/1/0`,
          location: LON,
          quantity: 2,
          bucket: "sellable",
        }),
        skuEvent("backorder.filled", {
          hold: hold("A", 1).hold,
          order: hold("A", 1).order,
          parts: [part(LON, 1)],
          claim: "reserved",
        }),
      )
      .thenSends(tellsReturn(), tells("A", { kind: "filled", parts: [part(LON, 1)] }));
  });
});
