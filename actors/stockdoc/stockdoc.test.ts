import { describe, expect, test } from "vitest";
import type { AdjustStock, ReceiveGoods } from "../commands.ts";
import { type ActorId, actorId, type HoldId, type LocationCode, type OrderId, type Sku } from "../ids.ts";
import { location } from "../location/location.ts";
import { sku } from "../sku/sku.ts";
import { givenKey } from "../testing/given.ts";
import { World } from "../testing/world.ts";
import { stockdoc } from "./stockdoc.ts";

const LON = "LON" as LocationCode;
const receipt = (reference: string, lines: Record<string, number>, fingerprint = "f"): ReceiveGoods => ({
  type: "receipt",
  location: LON,
  reference,
  fingerprint,
  lines: Object.entries(lines).map(([sku, quantity]) => ({ sku: sku as Sku, quantity })),
});
const adjustment = (
  reference: string,
  lines: Record<string, number>,
  options: { fingerprint?: string; force?: boolean } = {},
): AdjustStock => ({
  type: "adjustment",
  location: LON,
  reference,
  reason: "damage",
  fingerprint: "f",
  force: false,
  lines: Object.entries(lines).map(([sku, delta]) => ({ sku: sku as Sku, delta })),
  ...options,
});

const docId = (reference: string): ActorId => actorId("stockdoc", `LON:${reference}`);

class Warehouse extends World {
  readonly orders: unknown[] = [];
  constructor() {
    const orders: unknown[] = [];
    super(sku, location, stockdoc, {
      kind: "order",
      stateVersion: 1,
      initial: () => null,
      evolve: (state) => state,
      decide: (_state, command) => {
        orders.push(command);
        return { ok: true, events: [] };
      },
      answer: () => ({ ok: true, value: null }),
      encode: () => null,
      decode: () => null,
      sizeOf: () => 0,
    });
    this.orders = orders;
  }
  put(command: ReceiveGoods | AdjustStock) {
    return this.send(docId(command.reference), command);
  }
  stock(name: string) {
    const answer = this.send(actorId("sku", name), { type: "read" });
    return answer?.ok === true ? answer.value : undefined;
  }
  claim(name: string, quantity: number, commit = false) {
    const owner = { hold: "O/1" as HoldId, order: "O" as OrderId };
    this.send(actorId("sku", name), { type: "hold", ...owner, quantity, whenShort: "refuse" } as never);
    if (commit) this.send(actorId("sku", name), { type: "commit", ...owner } as never);
  }
}

describe("a receipt", () => {
  test("is answered once every SKU has it", () => {
    const world = new Warehouse();
    expect(world.put(receipt("R1", { A: 5, B: 2 }))).toEqual({
      ok: true,
      value: {
        location: "LON",
        reference: "R1",
        lines: [{ sku: "A", quantity: 5 }, { sku: "B", quantity: 2 }],
        status: "received",
      },
    });
    expect(world.stock("A")).toMatchObject({ available: 5 });
    expect(world.stock("B")).toMatchObject({ available: 2 });
  });

  test("asked twice is received once, and answered the same", () => {
    const world = new Warehouse();
    const first = world.put(receipt("R1", { A: 5 }));
    expect(world.put(receipt("R1", { A: 5 }))).toEqual({ ...first, replayed: true });
    expect(world.stock("A")).toMatchObject({ available: 5 });
  });

  test("asked again while undecided waits for the same answer", () => {
    const world = new Warehouse();
    const first = world.open(docId("R1"), receipt("R1", { A: 5 }));
    const second = world.open(docId("R1"), receipt("R1", { A: 5 }));
    expect([first.length, second.length]).toEqual([0, 0]);
    world.run();
    expect(first).toHaveLength(1);
    expect(second).toEqual(first);
    expect(world.stock("A")).toMatchObject({ available: 5 });
  });

  test("under a used key is refused when it is another", () => {
    const world = new Warehouse();
    world.put(receipt("R1", { A: 5 }));
    const mismatch = { ok: false, rejection: { reason: "idempotency-mismatch" } };
    expect(world.put(receipt("R1", { A: 6 }, "g"))).toMatchObject(mismatch);
    expect(world.put(adjustment("R1", { A: 6 }))).toMatchObject(mismatch);
    expect(world.stock("A")).toMatchObject({ available: 5 });
  });

  test("brings the location's priority to the SKU", () => {
    const world = new Warehouse();
    const describe = { type: "describe", name: "London", country: "GB", priority: 3 };
    world.send(actorId("location", "LON"), describe);
    world.put(receipt("R1", { A: 5 }));
    const states = world.states.get(actorId("sku", "A")) as { locations: { priority: number }[] };
    expect(states.locations[0]?.priority).toBe(3);
    world.send(actorId("location", "LON"), { ...describe, priority: 1 } as never);
    const after = world.states.get(actorId("sku", "A")) as { locations: { priority: number }[] };
    expect(after.locations[0]?.priority).toBe(1);
  });
});

describe("an adjustment", () => {
  test("applies every line", () => {
    const world = new Warehouse();
    world.put(receipt("R1", { A: 5, B: 5 }));
    expect(world.put(adjustment("J1", { A: -2, B: 3, C: 1 }))).toEqual({
      ok: true,
      value: {
        location: "LON",
        reference: "J1",
        reason: "damage",
        lines: [{ sku: "A", delta: -2 }, { sku: "B", delta: 3 }, { sku: "C", delta: 1 }],
        status: "adjusted",
      },
    });
    expect([world.stock("A"), world.stock("B"), world.stock("C")]).toMatchObject([
      { available: 3 },
      { available: 8 },
      { available: 1 },
    ]);
  });

  test("of claimed units is refused as a whole, naming the lines", () => {
    const world = new Warehouse();
    world.put(receipt("R1", { A: 5, B: 5 }));
    world.claim("B", 4);
    const refused = world.put(adjustment("J1", { A: -2, B: -3 }));
    expect(refused).toMatchObject({
      ok: false,
      rejection: {
        reason: "stock-claimed",
        errors: [{ pointer: "/lines/1/delta", sku: "B", delta: -3, available: 1 }],
      },
    });
    expect(world.stock("A")).toMatchObject({ available: 5, locations: [{ held: 0, sellable: 5 }] });
    expect(world.put(adjustment("J1", { A: -2, B: -3 }))).toEqual({ ...refused, replayed: true });
  });

  test("of what is not there is refused by another name", () =>
    expect(new Warehouse().put(adjustment("J1", { A: -1 }))).toMatchObject({
      ok: false,
      rejection: { reason: "stock-below-zero", errors: [{ pointer: "/lines/0/delta", available: 0 }] },
    }));

  test("that is forced takes claims, and tells whose they were", () => {
    const world = new Warehouse();
    world.put(receipt("R1", { A: 5 }));
    world.claim("A", 4, true);
    expect(world.put(adjustment("J1", { A: -3 }, { force: true }))).toMatchObject({ ok: true });
    expect(world.stock("A")).toMatchObject({ locations: [{ sellable: 2, allocated: 2, available: 0 }] });
    expect(world.orders.at(-1)).toMatchObject({ answers: [{ kind: "lost", parts: [{ quantity: 2 }] }] });
  });

  test("that is forced happens as a whole, too: no claim is lost for nothing", () => {
    const world = new Warehouse();
    world.put(receipt("R1", { A: 5, B: 1 }));
    world.claim("A", 5);
    const told = world.orders.length;
    expect(world.put(adjustment("J1", { A: -3, B: -2 }, { force: true }))).toMatchObject({
      ok: false,
      rejection: { reason: "stock-below-zero", errors: [{ pointer: "/lines/1/delta", available: 1 }] },
    });
    expect(world.stock("A")).toMatchObject({ locations: [{ sellable: 5, reserved: 5, held: 0 }] });
    expect(world.orders).toHaveLength(told);
  });

  test("that changes nothing is still remembered", () => {
    const world = new Warehouse();
    expect(world.put(adjustment("J1", { A: 0 }))).toMatchObject({ ok: true, value: { status: "adjusted" } });
    expect(world.stock("A")).toBeUndefined();
  });
});

describe("a stock document", () => {
  test("that was never opened is unknown", () =>
    givenKey(stockdoc, "LON:R1").when({ type: "read" }).thenRejected({ reason: "unknown-document" }));

  test("can be read while it is pending", () => {
    const world = new Warehouse();
    world.open(docId("R1"), receipt("R1", { A: 5 }));
    expect(world.open(docId("R1"), { type: "read" })[0]).toMatchObject({
      ok: true,
      value: { status: "pending" },
    });
  });

  test("says which actors it will ask", () =>
    expect(stockdoc.touches?.(receipt("R1", { A: 5, B: 2 }))).toEqual(["location:LON", "sku:A", "sku:B"]));

  test("survives being stored at any moment", () => {
    const world = new Warehouse();
    world.put(receipt("R1", { A: 5, B: 1 }));
    world.claim("A", 4);
    world.open(docId("J1"), adjustment("J1", { A: -2, B: -1, C: -1 }));
    for (let steps = 0; !world.idle; steps++) {
      const state = world.states.get(docId("J1")) as ReturnType<typeof stockdoc.initial>;
      const json = JSON.parse(JSON.stringify(stockdoc.encode(state)));
      const again = stockdoc.decode(json);
      expect(stockdoc.encode(again)).toEqual(json);
      world.states.set(docId("J1"), again);
      world.run(undefined, 1);
    }
    expect(world.send(docId("J1"), { type: "read" })).toMatchObject({
      ok: false,
      rejection: { errors: [{ pointer: "/lines/0/delta" }, { pointer: "/lines/2/delta" }] },
    });
  });

  test("of 4,000 lines takes time in proportion", () => {
    const world = new Warehouse();
    const lines = Object.fromEntries(Array.from({ length: 4000 }, (_, i) => [`S${i}`, 1]));
    expect(world.put(receipt("R1", lines))).toMatchObject({ ok: true });
    const answered = world.history.filter(({ event }) => event.type === "stock_document.answered");
    expect(answered.length).toBeLessThan(40);
  });
});
