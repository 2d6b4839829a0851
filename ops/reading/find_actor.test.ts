import { describe, expect, test } from "vitest";
import { type ActorId, actorId, type OrderId } from "../../actors/ids.ts";
import { orderIdOf, refundIdOf, returnIdOf, shipmentIdOf } from "../../http/order_id.ts";
import { momentOf } from "./at.ts";
import { findActor, type NamesInRows } from "./find_actor.ts";

const order = orderIdOf("web", "1001"), named = (text: string) => findActor(text, undefined);

describe("what people have names an actor", () => {
  test("its id, as it is; a tracking number in it as people write it", async () => {
    for (const id of ["sku:85123A", "stockdoc:LON1:PO:1", "return:ret_x", "series:main", "sku:a b"]) {
      expect(await named(id)).toBe(id);
    }
    expect(await named("parcel:ups:1z 999 aa1")).toBe("parcel:ups:1Z999AA1");
  });

  test("the id of an order and of what is part of it, of returns, payouts and credits", async () => {
    expect(await named(order)).toBe(`order:${order}`);
    expect(await named(shipmentIdOf(order, "P1"))).toBe(`order:${order}`);
    expect(await named(refundIdOf(order, "R1"))).toBe(`order:${order}`);
    expect(await named(returnIdOf(order, "R1"))).toBe(`return:${returnIdOf(order, "R1")}`);
    expect(await named(`po_${order.slice(4)}`)).toBe(`payout:po_${order.slice(4)}`);
    expect(await named(`crd_${order.slice(4)}`)).toBe(`credit:crd_${order.slice(4)}`);
  });

  test("channel and order number, whatever is in the number", async () => {
    expect(await named("web/1001")).toBe(`order:${order}`);
    expect(await named("web/a/b:c")).toBe(`order:${orderIdOf("web", "a/b:c")}`);
  });

  test("a tracking number or a document's, from the rows; none and several are said", async () => {
    const rows = (parcels: readonly string[], document?: OrderId): NamesInRows => ({
      parcelsWith: () => Promise.resolve(parcels as readonly ActorId[]),
      orderOfDocument: () => Promise.resolve(document && actorId("order", document)),
    });
    expect(await findActor("1z9", rows(["parcel:ups:1Z9"]))).toBe("parcel:ups:1Z9");
    expect(await findActor("INV-2026-000001", rows([], order))).toBe(`order:${order}`);
    await expect(findActor("1Z9", rows([]))).rejects.toThrow("no parcel or document has this number");
    await expect(findActor("1Z9", rows(["parcel:ups:1Z9", "parcel:dpd:1Z9"]))).rejects.toThrow(
      "parcel:ups:1Z9, parcel:dpd:1Z9",
    );
    await expect(named("1Z9")).rejects.toThrow("Tracking and invoice numbers need the database");
  });
});

describe("a moment", () => {
  test("is a time, a place, or what the API answered with", () => {
    expect(momentOf("--at", "2026-11-22T14:03:00Z")).toEqual({ timeMs: Date.UTC(2026, 10, 22, 14, 3) });
    expect(momentOf("--at", "0:431")).toEqual({ positions: new Map([[0, 431]]) });
    expect(momentOf("--at", "p1-0.bz-3.1")).toEqual({ positions: new Map([[0, 431], [3, 1]]) });
    for (const wrong of ["", "now", "2026-11-22", "0:", "p1"]) {
      expect(() => momentOf("--at", wrong)).toThrow("Cannot use --at");
    }
  });
});
