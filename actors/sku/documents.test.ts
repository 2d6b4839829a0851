import { describe, expect, test } from "vitest";
import { given } from "../testing/given.ts";
import { sku } from "./sku.ts";
import {
  adjustCommit,
  adjustHold,
  adjustRelease,
  commit,
  describeSku,
  hold,
  level,
  LON,
  part,
  pick,
  receive,
  refused,
  release,
  tells,
  tellsDoc,
} from "./specs.ts";

describe("receive", () => {
  test("makes goods sellable and tells the document", () =>
    given(sku).when(receive(10, LON, 3))
      .thenEvents({
        type: "goods.received",
        version: 1,
        data: { doc: "D1", location: LON, quantity: 10, bucket: "sellable", priority: 3 },
      })
      .thenSends(tellsDoc("D1", { outcome: "done" })));
  test("says the priority only the first time", () =>
    given(sku).after(receive(10, LON, 3)).when(receive(1, LON, 4)).thenEvents({
      type: "goods.received",
      version: 1,
      data: { doc: "D1", location: LON, quantity: 1, bucket: "sellable" },
    }));
  test("is counted for a service line, too", () =>
    given(sku).after(describeSku({ stocked: false })).when(receive(2)).thenAnswers({
      value: { stocked: false, available: 2 },
    }));
});

describe("adjust.hold", () => {
  const five = given(sku).after(receive(5), hold("A", 3));

  test("sets free units aside: nobody else gets them", () =>
    five.when(adjustHold(2)).thenEventTypes("stock.held").thenSends(tellsDoc("D2", { outcome: "held" }))
      .and().when(hold("B", 1)).thenSends(refused("B", 1, 0)));
  test("asked twice is held once", () =>
    five.after(adjustHold(2)).when(adjustHold(2)).thenNothing().thenSends(
      tellsDoc("D2", { outcome: "held" }),
    ));
  test("says that units are claimed, and how many are not", () =>
    five.when(adjustHold(3)).thenNothing().thenSends(tellsDoc("D2", { outcome: "claimed", free: 2 })));
  test("says that there are none", () =>
    given(sku).after(receive(5)).when(adjustHold(6)).thenNothing()
      .thenSends(tellsDoc("D2", { outcome: "below_zero", free: 5 })));
  test("may use safety stock: it protects from orders only", () =>
    given(sku).after(receive(5), describeSku({ safetyStock: 5 })).when(adjustHold(5)).thenEventTypes(
      "stock.held",
    ));
  test("with force promises claimed units, too, but no claim is lost yet", () =>
    five.when(adjustHold(4, true)).thenSends(tellsDoc("D2", { outcome: "held" })).thenAnswers(
      level({ held: 2, reserved: 3, sellable: 5 }),
    ));
  test("with force stops at what is picked", () => {
    const picked = five.after(commit("A"), pick("A", 2));
    picked.when(adjustHold(4, true)).thenNothing().thenSends(
      tellsDoc("D2", { outcome: "below_zero", free: 3 }),
    );
    five.after(commit("A"), adjustHold(4, true)).when(pick("A", 2)).thenRejected({ reason: "stock-claimed" });
  });
  test("keeps what is promised by force from new holds", () =>
    five.after(adjustHold(5, true), release("A", { quantity: 2 })).when(hold("B", 1))
      .thenSends(refused("B", 1, 0)));
});

describe("adjust.release", () => {
  test("frees the units, for the queue first", () =>
    given(sku).after(receive(2), adjustHold(2), hold("A", 1, "queue")).when(adjustRelease())
      .thenEventTypes("hold.lifted", "backorder.filled")
      .thenSends(tellsDoc("D2", { outcome: "done" }), tells("A", { kind: "filled", parts: [part(LON, 1)] })));
  test("of nothing is done", () =>
    given(sku).when(adjustRelease()).thenNothing().thenSends(tellsDoc("D2", { outcome: "done" })));
});

describe("adjust.commit", () => {
  const five = given(sku).after(receive(5), hold("A", 1), hold("B", 2), commit("B"), hold("C", 2));

  test("takes what was set aside", () =>
    given(sku).after(receive(5), adjustHold(2)).when(adjustCommit(-2)).thenEventTypes(
      "hold.lifted",
      "stock.adjusted",
    )
      .thenSends(tellsDoc("D2", { outcome: "done" })).thenAnswers({
        value: { available: 3, locations: [{ held: 0 }] },
      }));
  test("adds, and fills the queue", () =>
    given(sku).after(hold("A", 1, "queue")).when(adjustCommit(2)).thenEventTypes(
      "stock.adjusted",
      "backorder.filled",
    ));
  test("without force takes no claim", () =>
    five.when(adjustCommit(-1)).thenNothing().thenSends(tellsDoc("D2", { outcome: "claimed", free: 0 })));
  test("takes what it set aside, also when another document has been promised claims by force since", () => {
    const forced = { ...adjustHold(3, true), doc: "D3" };
    given(sku).after(receive(6), hold("A", 4), adjustHold(2), forced).when(adjustCommit(-2))
      .thenEventTypes("hold.lifted", "stock.adjusted").thenSends(tellsDoc("D2", { outcome: "done" }));
  });
  test("never goes below zero", () =>
    five.when(adjustCommit(-6, true)).thenNothing()
      .thenSends(tellsDoc("D2", { outcome: "below_zero", free: 5 })));
  test("with force takes the newest reserved first, then the allocated", () =>
    five.when(adjustCommit(-4, true))
      .thenEventTypes("stock.shortfall_detected", "claim.lost", "claim.lost", "claim.lost", "stock.adjusted")
      .thenSends(
        tells("C", { kind: "lost", parts: [part(LON, 2)] }),
        tells("A", { kind: "lost", parts: [part(LON, 1)] }),
        tells("B", { kind: "lost", parts: [part(LON, 1)] }),
        tellsDoc("D2", { outcome: "done" }),
      ).thenAnswers(level({ sellable: 1, allocated: 1, reserved: 0 })));
  test("a lost hold cannot be committed any more", () =>
    five.after(adjustCommit(-2, true)).when(commit("C")).thenNothing()
      .thenSends(tells("C", { kind: "lost", parts: [] })));
  test("never takes what is picked", () =>
    five.after(pick("B", 2)).when(adjustCommit(-4, true)).thenNothing()
      .thenSends(tellsDoc("D2", { outcome: "below_zero", free: 3 })));
  test("that takes very many claims goes on by itself, and its rest cannot fail", () => {
    const many = Array.from({ length: 501 }, (_, i) => hold(`M${i}`, 1));
    const first = given(sku).after(receive(502), ...many, adjustHold(502, true)).when(
      adjustCommit(-502, true),
    );
    first.thenAnswers(level({ sellable: 1, reserved: 1 }));
    const rest = first.messages.at(-1);
    expect(rest).toMatchObject({ to: "sku:KEY", message: { type: "adjust.commit", delta: -1 } });
    first.and().after(commit("M0")).when(pick("M0", 1)).thenRejected({ reason: "stock-claimed" });
    first.and().when(rest!.message as ReturnType<typeof adjustCommit>)
      .thenEventTypes("hold.lifted", "stock.shortfall_detected", "claim.lost", "stock.adjusted")
      .thenSends(tells("M0", { kind: "lost", parts: [part(LON, 1)] }), tellsDoc("D2", { outcome: "done" }))
      .thenAnswers(level({ sellable: 0, reserved: 0, held: 0 }));
  });
});

describe("describe", () => {
  test("the same again changes nothing", () =>
    given(sku).after(describeSku({ safetyStock: 2 })).when(describeSku({ safetyStock: 2 })).thenNothing()
      .thenReplies("view"));
  test("leaves no safety stock where none is named", () =>
    given(sku).after(describeSku({ safetyStock: 2 })).when({ ...describeSku({}), safetyStock: {} })
      .thenEvents({
        type: "safety_stock.revised",
        version: 1,
        data: { levels: [{ location: LON, quantity: 0, delta: -2 }] },
      }));
  test("a SKU of which nothing was ever said is unknown", () =>
    given(sku).when({ type: "read" }).thenRejected({ reason: "unknown-sku" }));
  test("shows what is known", () =>
    given(sku).after(describeSku({}), receive(5), hold("A", 2)).when({ type: "read" }).thenReplies("view")
      .thenAnswers({
        ok: true,
        value: {
          sku: "KEY",
          stocked: true,
          description: "WHITE HANGING HEART",
          available: 3,
          backordered: 0,
          locations: [{
            location: "LON",
            onHand: 5,
            sellable: 5,
            reserved: 2,
            allocated: 0,
            incoming: 0,
            available: 3,
          }],
        },
      }));
});
