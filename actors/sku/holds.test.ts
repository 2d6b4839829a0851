import { describe, test } from "vitest";
import type { HoldId, OrderId } from "../ids.ts";
import { given } from "../testing/given.ts";
import { sku } from "./sku.ts";
import {
  commit,
  describeSku,
  held,
  hold,
  level,
  LON,
  MAN,
  part,
  receive,
  refused,
  release,
  tells,
} from "./specs.ts";

describe("hold", () => {
  test("reserves what is free and says where", () =>
    given(sku).after(receive(10)).when(hold("A", 4))
      .thenEvents({
        type: "stock.reserved",
        version: 1,
        data: { hold: A, order: "A" as OrderId, parts: [part(LON, 4)] },
      })
      .thenSends(held("A", [part(LON, 4)])));

  test("keeps the deadline that the order gave", () =>
    given(sku).after(receive(10)).when({ ...hold("A", 4), deadlineMs: 5 })
      .thenEvents({
        type: "stock.reserved",
        version: 1,
        data: { hold: A, order: "A" as OrderId, parts: [part(LON, 4)], deadlineMs: 5 },
      }));

  test("refuses what is already promised to someone else, and leaves nothing", () =>
    given(sku).after(receive(10), hold("A", 4)).when(hold("B", 7)).thenNothing().thenSends(
      refused("B", 7, 6),
    ));

  test("of an unknown SKU is refused", () =>
    given(sku).when(hold("A", 1)).thenNothing().thenSends(refused("A", 1, 0)));

  test("asked twice is answered the same and changes nothing", () =>
    given(sku).after(receive(10), hold("A", 4)).when(hold("A", 4)).thenNothing().thenSends(
      held("A", [part(LON, 4)]),
    ));

  test("never touches safety stock", () =>
    given(sku).after(receive(10), describeSku({ safetyStock: 3 })).when(hold("A", 8)).thenNothing()
      .thenSends(refused("A", 8, 7)));

  test("of a service line claims nothing", () =>
    given(sku).after(describeSku({ stocked: false })).when(hold("A", 4)).thenNothing()
      .thenSends(tells("A", { kind: "held", parts: [], queued: 0, service: true })));
});

describe("hold over locations", () => {
  const stocked = given(sku).after(receive(5, MAN, 1), receive(8, LON, 2));

  test("takes the first by priority", () => stocked.when(hold("A", 3)).thenSends(held("A", [part(MAN, 3)])));
  test("prefers one that can serve all", () =>
    stocked.when(hold("A", 6)).thenSends(held("A", [part(LON, 6)])));
  test("splits by priority when none can", () =>
    stocked.when(hold("A", 10)).thenSends(held("A", [part(MAN, 5), part(LON, 5)])));
  test("no priority comes last, ties by code", () => {
    given(sku).after(receive(5, MAN, null), receive(5, LON, null)).when(hold("A", 1)).thenSends(
      held("A", [part(LON, 1)]),
    );
    given(sku).after(receive(5, MAN, 900), receive(5, LON, null)).when(hold("A", 1)).thenSends(
      held("A", [part(MAN, 1)]),
    );
  });
  test("follows a changed priority", () =>
    stocked.after({ type: "location", location: LON, priority: 0 }).when(hold("A", 3)).thenSends(
      held("A", [part(LON, 3)]),
    ));
  test("a receipt's word on a priority is older than the location's own", () =>
    stocked.after({ type: "location", location: LON, priority: 0 }, receive(1, LON, 2)).when(hold("A", 3))
      .thenSends(held("A", [part(LON, 3)])));
  test("a priority told before the first receipt is kept", () =>
    given(sku).after({ type: "location", location: MAN, priority: 0 }, receive(5, LON, 1), receive(5, MAN, 7))
      .when(hold("A", 3)).thenSends(held("A", [part(MAN, 3)])));
});

describe("when short", () => {
  const three = given(sku).after(receive(3));

  test("take_less takes what there is", () =>
    three.when(hold("A", 5, "take_less")).thenEventTypes("stock.reserved").thenSends(
      held("A", [part(LON, 3)]),
    ));
  test("take_less of nothing is refused", () =>
    given(sku).when(hold("A", 5, "take_less")).thenNothing().thenSends(refused("A", 5, 0)));
  test("queue takes what there is and queues the rest", () =>
    three.when(hold("A", 5, "queue")).thenEventTypes("stock.reserved", "backorder.queued")
      .thenSends(held("A", [part(LON, 3)], 2)));
  test("queue needs no stock at all", () =>
    given(sku).when(hold("A", 5, "queue")).thenEventTypes("backorder.queued").thenSends(held("A", [], 5)));
  test("queue refuses beyond the limit, counting all that is queued", () => {
    const limited = three.after(describeSku({ backorderLimit: 2 }));
    limited.when(hold("A", 6, "queue")).thenNothing().thenSends(refused("A", 6, 3));
    limited.after(hold("A", 5, "queue")).when(hold("B", 1, "queue")).thenNothing().thenSends(
      refused("B", 1, 0),
    );
  });
  test("a limit of 0 is never", () =>
    three.after(describeSku({ backorderLimit: 0 })).when(hold("A", 4, "queue")).thenSends(
      refused("A", 4, 3),
    ));
});

describe("commit", () => {
  const reserved = given(sku).after(receive(10), hold("A", 4));

  test("turns the reservation into an allocation", () =>
    reserved.when(commit("A"))
      .thenEvents({
        type: "reservation.confirmed",
        version: 1,
        data: { hold: A, order: "A" as OrderId, parts: [part(LON, 4)], queued: 0 },
      })
      .thenSends().thenAnswers(
        level({ reserved: 0, allocated: 4, available: 6 }),
      ));
  test("asked twice changes nothing", () =>
    reserved.after(commit("A")).when(commit("A")).thenNothing().thenSends());
  test("of a hold that is gone is answered lost", () =>
    given(sku).after(receive(1)).when(commit("A")).thenNothing().thenSends(
      tells("A", { kind: "lost", parts: [] }),
    ));
  test("makes what is queued firm: it is allocated when it comes", () =>
    given(sku).after(hold("A", 2, "queue"), commit("A")).when(receive(2))
      .thenEventTypes("goods.received", "backorder.filled")
      .thenAnswers({ value: { backordered: 0, locations: [{ reserved: 0, allocated: 2 }] } }));
});

describe("release", () => {
  const twoPlaces = given(sku).after(receive(5, MAN, 1), receive(8, LON, 2), hold("A", 10));

  test("gives all of it back", () =>
    twoPlaces.when(release("A", { answer: true })).thenEventTypes("reservation.released")
      .thenSends(tells("A", { kind: "released", parts: [part(LON, 5), part(MAN, 5)], dequeued: 0 }))
      .thenAnswers({ value: { available: 13 } }));
  test("gives back first where allocation would choose last", () =>
    twoPlaces.when(release("A", { quantity: 6, answer: true }))
      .thenSends(tells("A", { kind: "released", parts: [part(LON, 5), part(MAN, 1)], dequeued: 0 })));
  test("gives up its place in the queue first", () =>
    given(sku).after(receive(3), hold("A", 5, "queue")).when(release("A", { quantity: 3, answer: true }))
      .thenEventTypes("backorder.dequeued", "reservation.released")
      .thenSends(tells("A", { kind: "released", parts: [part(LON, 1)], dequeued: 2 })));
  test("says why", () => {
    twoPlaces.when(release("A", { reason: "expired" })).thenEventTypes("reservation.expired").thenSends();
    twoPlaces.after(commit("A")).when(release("A")).thenEventTypes("allocation.released").thenSends();
  });
  test("of nothing is answered with nothing", () =>
    given(sku).when(release("A", { answer: true })).thenNothing()
      .thenSends(tells("A", { kind: "released", parts: [], dequeued: 0 })));
  test("offers what it frees to the queue, after its own answer", () =>
    given(sku).after(receive(3), hold("A", 3), hold("B", 2, "queue"), hold("C", 2, "queue"))
      .when(release("A", { answer: true }))
      .thenEventTypes("reservation.released", "backorder.filled", "backorder.filled")
      .thenSends(
        tells("A", { kind: "released", parts: [part(LON, 3)], dequeued: 0 }),
        tells("B", { kind: "filled", parts: [part(LON, 2)] }),
        tells("C", { kind: "filled", parts: [part(LON, 1)] }),
      ));
});

describe("the queue", () => {
  test("is first come, first served, and skips who left", () =>
    given(sku).after(hold("A", 2, "queue"), hold("B", 2, "queue"), hold("C", 2, "queue"), release("A"))
      .when(receive(3)).thenEventTypes("goods.received", "backorder.filled", "backorder.filled"));
  test("is served before safety stock is", () =>
    given(sku).after(describeSku({ safetyStock: 2 }), hold("A", 2, "queue")).when(receive(3))
      .thenAnswers({ value: { backordered: 1, locations: [{ reserved: 1 }] } }));
  test("gets what a lowered safety stock frees", () =>
    given(sku).after(receive(2), describeSku({ safetyStock: 2 }), hold("A", 2, "queue"))
      .when(describeSku({ safetyStock: 1 })).thenEventTypes("safety_stock.revised", "backorder.filled"));
  test("is filled in slices, and nobody overtakes it meanwhile", () => {
    const queued = Array.from({ length: 501 }, (_, i) => hold(`B${i}`, 1, "queue"));
    const sliced = given(sku).after(...queued).when(receive(502));
    sliced.thenAnswers({ value: { backordered: 1 } });
    const last = sliced.messages.at(-1);
    if (last?.to !== "sku:KEY") throw new Error("Cannot go on: it did not ask itself to");
    sliced.and().when(hold("Z", 2)).thenSends(refused("Z", 2, 1));
    sliced.and().when({ type: "offer" }).thenEventTypes("backorder.filled");
  });
});

const A = "A/1" as HoldId;
