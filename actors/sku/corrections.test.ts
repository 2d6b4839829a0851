import { describe, test } from "vitest";
import { given } from "../testing/given.ts";
import { sku } from "./sku.ts";
import type { SkuCommand } from "./sku_commands.ts";
import { commit, handOver, hold, level, LON, pack, part, pick, receive, refused, tells } from "./specs.ts";

describe("corrections", () => {
  const count = (
    counted: number,
    expected: number,
    bucket: "sellable" | "damaged" = "sellable",
  ): SkuCommand => ({
    type: "count",
    count: "C1",
    location: LON,
    bucket,
    counted,
    expected,
  });
  const five = given(sku).after(receive(5), hold("A", 3));

  test("a count applies the difference, so that what was sold meanwhile stays sold", () =>
    given(sku).after(receive(10), hold("A", 4), commit("A"), pick("A", 4), pack("A", 4), handOver("A"))
      .when(count(9, 10)).thenAnswers(level({ sellable: 5 })));
  test("a count that finds more fills the queue", () =>
    five.after(hold("B", 3, "queue")).when(count(6, 5)).thenEventTypes("count.posted", "backorder.filled"));
  test("a count that finds too few takes claims", () =>
    five.when(count(2, 5)).thenEventTypes("stock.shortfall_detected", "claim.lost", "count.posted")
      .thenSends(tells("A", { kind: "lost", parts: [part(LON, 1)] })).thenAnswers(
        level({ sellable: 2, reserved: 2 }),
      ));
  test("a count does not contradict a scan", () =>
    five.after(commit("A"), pick("A", 3)).when(count(2, 5)).thenRejected({ reason: "stock-claimed" }));
  test("a count of a bucket stays above zero", () =>
    five.when(count(0, 1, "damaged")).thenRejected({ reason: "not-in-bucket" }));

  const adjust = (delta: number, bucket: "sellable" | "damaged"): SkuCommand => ({
    type: "adjust",
    doc: "D4",
    location: LON,
    bucket,
    delta,
    reason: "scrap",
  });
  test("an adjustment takes free units only", () => {
    five.when(adjust(-2, "sellable")).thenAnswers(level({ sellable: 3 }));
    five.when(adjust(-3, "sellable")).thenRejected({ reason: "stock-claimed" });
    five.when(adjust(-1, "damaged")).thenRejected({ reason: "not-in-bucket" });
    given(sku).when(adjust(-1, "sellable")).thenRejected({ reason: "not-in-bucket" });
    five.when(adjust(0, "sellable")).thenNothing();
  });

  const move = (
    quantity: number,
    from: "sellable" | "quarantine",
    to: "sellable" | "quarantine",
  ): SkuCommand => ({
    type: "move",
    location: LON,
    quantity,
    from,
    to,
    reason: "recall",
    reference: "M1",
  });
  test("a move conserves the total, and leaves claims alone", () => {
    five.when(move(2, "sellable", "quarantine")).thenAnswers(level({ sellable: 3, quarantine: 2, onHand: 5 }))
      .and().when(move(1, "quarantine", "sellable")).thenAnswers(level({ sellable: 4, quarantine: 1 }));
    five.when(move(3, "sellable", "quarantine")).thenRejected({ reason: "stock-claimed" });
    five.when(move(1, "quarantine", "sellable")).thenRejected({ reason: "not-in-bucket" });
    five.when(move(1, "sellable", "sellable")).thenNothing();
  });

  const setAside = (quantity: number): SkuCommand => ({
    type: "set_aside",
    aside: "H1",
    location: LON,
    quantity,
    reason: "manual",
  });
  test("units are set aside and given back, once each", () => {
    const aside = five.when(setAside(2));
    aside.thenEventTypes("stock.held").and().when(hold("B", 1)).thenSends(refused("B", 1, 0));
    aside.and().when(setAside(2)).thenNothing();
    aside.and().when({ type: "lift", aside: "H1" }).thenEventTypes("hold.lifted")
      .and().when({ type: "lift", aside: "H1" }).thenNothing();
    five.when(setAside(3)).thenRejected({ reason: "stock-claimed" });
  });
  test("what a document set aside is the document's to lift", () =>
    five.after({ type: "adjust.hold", doc: "D2", location: LON, quantity: 1 })
      .when({ type: "lift", aside: "doc:D2" }).thenRejected({ reason: "document-in-progress" }));

  const kit = (
    type: "kit.assemble" | "kit.break",
    role: "component" | "kit",
    quantity: number,
  ): SkuCommand => ({
    type,
    role,
    kit: "K1",
    location: LON,
    quantity,
  });
  test("kits use up components, and the other way round", () => {
    five.when(kit("kit.assemble", "component", 2)).thenAnswers(level({ sellable: 3 }));
    five.when(kit("kit.assemble", "kit", 2)).thenAnswers(level({ sellable: 7 }));
    five.when(kit("kit.break", "kit", 2)).thenAnswers(level({ sellable: 3 }));
    five.when(kit("kit.break", "component", 2)).thenAnswers(level({ sellable: 7 }));
    five.when(kit("kit.assemble", "component", 3)).thenRejected({ reason: "stock-claimed" });
    five.when(kit("kit.break", "kit", 3)).thenRejected({ reason: "stock-claimed" });
  });
});
