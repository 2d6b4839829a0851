import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type ActorId, actorId } from "../../../actors/ids.ts";
import type { KnownOrder } from "../../../actors/order/state.ts";
import type { LocationStock, SkuState } from "../../../actors/sku/sku_state.ts";
import { openTown, type Town } from "../../../http/testing/town.ts";
import type { Stored } from "../../../streams/broker/broker.ts";
import { auditLog, type Check } from "./audit.ts";
import { auditInvoices } from "./audit_invoices.ts";
import { auditLevels, auditOrders } from "./audit_readers.ts";
import { chanceFrom } from "./chance.ts";
import type { Folded, FoldedActor } from "./fold.ts";
import { cancellation, flashOrder, flashSku, mixedOrder, openingStock, orderId, parcelsOf } from "./goods.ts";
import { type Ask, Ledger } from "./ledger.ts";
import { logOf, recordsIn } from "./records.ts";

/** The books of a real sale without any fault, into which each test writes one lie. */
const flashBuyers = 3, mixedBuyers = 30;
let town: Town, told: Map<Ask, { status: number; text: string }>, records: Stored[];

beforeAll(async () => {
  town = await openTown();
  const chance = chanceFrom(1),
    mixed = Array.from({ length: mixedBuyers }, (_, n) => mixedOrder(chance, n, 60));
  const pending = mixed.filter((order) => order.pending).slice(0, 2).map(({ name }) => cancellation(name));
  const flash = Array.from({ length: flashBuyers }, (_, n) => flashOrder(n));
  told = new Map();
  const settle = async (ask: Ask) => {
    const { status, text } = await town.call("POST", ask.path, ask.body, ask.headers);
    told.set(ask, { status, text });
  };
  for (const ask of [...openingStock(new Map([[0, "PROBE"]])), ...flash, ...mixed, ...pending]) {
    await settle(ask);
  }
  const bought = [flash.at(-1)!, ...mixed.filter((order) => !order.pending).slice(0, 2)];
  for (const ask of bought.flatMap((order) => parcelsOf(order.name, told.get(order)!))) await settle(ask);
  const invoiced = async () => auditInvoices(await logOf(await recordsIn(town.server.connect())));
  await vi.waitUntil(async () => findings(await invoiced()).length === 0);
  records = await recordsIn(town.server.connect());
});
afterAll(() => town?.close());

function ledgerOf(): Ledger {
  const ledger = new Ledger();
  for (const [ask, answer] of told) ledger.decided(ledger.open(ask), answer);
  return ledger;
}

const findings = (checks: readonly Check[]) => checks.flatMap((check) => check.findings);
const books = async () => ({ log: await logOf(records), ledger: ledgerOf() });
const entryOf = (ledger: Ledger, name: string) => ledger.entries.get(name)!;
const sold = actorId("order", orderId("flash-0"));

/** The actor's state as it was, but for this. */
function change<State>(log: Folded, id: ActorId, changed: (state: State) => Partial<State>): void {
  const actors = log.actors as Map<ActorId, FoldedActor>, actor = actors.get(id)!;
  actors.set(id, { ...actor, state: { ...actor.state as State, ...changed(actor.state as State) } });
}
const changeFlash = (log: Folded, changed: (stock: LocationStock) => Partial<LocationStock>) =>
  change<SkuState>(log, actorId("sku", flashSku), ({ locations: [stock] }) => ({
    locations: [{ ...stock!, ...changed(stock!) }],
  }));

test("true books are without a finding, and every check has looked at something", async () => {
  const { log, ledger } = await books(), checks = auditLog(log, ledger);
  expect(findings(checks)).toEqual([]);
  expect(checks.filter(({ looked, what }) => looked === 0 && !what.startsWith("who asked again"))).toEqual(
    [],
  );
});

describe("the audit finds", () => {
  test("an acknowledged order that is missing", async () => {
    const { log, ledger } = await books();
    (log.actors as Map<ActorId, FoldedActor>).delete(sold);
    expect(findings(auditLog(log, ledger))).toContain(
      "order flash-0: told 201, and the log knows nothing of it",
    );
  });

  test("an order that was told yes and is written as no", async () => {
    const { log, ledger } = await books();
    const actors = log.actors as Map<ActorId, FoldedActor>;
    actors.set(sold, { ...actors.get(sold)!, types: ["order.placed", "order.rejected"] });
    expect(findings(auditLog(log, ledger))).toEqual([
      "order flash-0: told 201, and the log says order.placed, order.rejected",
    ]);
  });

  test("one unit oversold", async () => {
    const { log, ledger } = await books();
    changeFlash(log, ({ sellable }) => ({ allocated: sellable + 1 }));
    expect(findings(auditLog(log, ledger))).toEqual([
      "FLASH at LON1: 1000 are claimed of 999",
      "the log has allocated or shipped 1001 units of the sale, 3 were promised",
    ]);
  });

  test("one unit of the sale that two buyers were told is theirs", async () => {
    const { log, ledger } = await books();
    changeFlash(log, ({ allocated }) => ({ allocated: allocated - 1 }));
    expect(findings(auditLog(log, ledger))).toEqual([
      "the log has allocated or shipped 2 units of the sale, 3 were promised",
    ]);
  });

  test("one unit that is gone", async () => {
    const { log, ledger } = await books();
    changeFlash(log, ({ sellable }) => ({ sellable: sellable - 1 }));
    expect(findings(auditLog(log, ledger))).toEqual(["FLASH: 1000 came in, 1 left, 998 are there"]);
  });

  test("one unit that left, and no order knows why", async () => {
    const { log, ledger } = await books();
    changeFlash(log, ({ sellable }) => ({ sellable: sellable - 1 }));
    const left = new Map(log.left).set(flashSku, 2);
    expect(findings(auditLog({ ...log, left }, ledger))).toEqual([
      "FLASH: 2 left, orders say that 1 were shipped",
      "the log has allocated or shipped 4 units of the sale, 3 were promised",
    ]);
  });

  test("a parcel that the log knows nothing of, and one that it knows as another", async () => {
    const { log, ledger } = await books();
    const [first, second] = ledger.of("shipment"), told = first!.told!;
    const strange = told.text.replace(/shp_.{42}/, `shp_${"0".repeat(42)}`);
    first!.told = { ...told, text: strange };
    change<KnownOrder>(log, actorId("order", second!.ask.path.split("/")[3]!), () => ({ shipments: [] }));
    expect(findings(auditLog(log, ledger))).toEqual([
      `shipment ${first!.ask.name}: the log says 0 times that shp_${"0".repeat(42)} left`,
      expect.stringMatching(`^shipment ${second!.ask.name}: the log says 0 times that shp_\\w+ left$`),
    ]);
  });

  test("a hold that only the SKU knows of", async () => {
    const { log, ledger } = await books();
    change<KnownOrder>(log, sold, ({ lines }) => ({ lines: lines.map((line) => ({ ...line, claims: [] })) }));
    expect(findings(auditLog(log, ledger))).toEqual([
      expect.stringMatching(/^FLASH .* LON1 allocated: the order says 0, the SKU 1$/),
    ]);
  });

  test("an order that still waits", async () => {
    const { log, ledger } = await books();
    change<KnownOrder>(log, sold, () => ({ phase: "reserving" }));
    expect(findings(auditLog(log, ledger))).toEqual([
      expect.stringMatching(/^order .* is reserving and waits$/),
    ]);
  });

  test("a buyer who was told two things, another's order, or nothing", async () => {
    const { log, ledger } = await books();
    ledger.decided(entryOf(ledger, "flash-0"), { status: 409, text: "sold out" });
    entryOf(ledger, "flash-1").told = { status: 201, text: JSON.stringify({ orderNumber: "flash-7" }) };
    ledger.open(cancellation("flash-2"));
    expect(findings(auditLog(log, ledger))).toEqual([
      "order flash-1: the answer speaks of flash-7",
      "cancellation flash-2 cancelled: nobody ever told what became of it",
      expect.stringMatching(/^order flash-0 was told 201 .*, and then 409 sold out$/),
    ]);
  });

  test("a record that is gone, and a command that is decided twice", async () => {
    const gap = await logOf(records.filter((_, i) => i !== 4));
    expect(gap.findings).toContain(
      `record ${records[5]!.sequence} of partition 0 follows ${records[4]!.sequence}, not ${
        records[3]!.sequence
      }`,
    );
    const twice = await logOf([...records, { ...records.at(-1)!, sequence: records.at(-1)!.sequence + 1 }]);
    expect(twice.findings).toContainEqual(
      expect.stringMatching(/^command .* was decided twice, again in record/),
    );
  });
});

describe("the audit of rows finds", () => {
  const orderRows = async (log: Folded) =>
    await Promise.all(
      [...told.keys()].filter(({ kind }) => kind === "order").map(async ({ name }) => {
        const id = orderId(name), { body } = await town.call("GET", `/v1/orders/${id}`);
        const { version } = log.actors.get(actorId("order", id))!;
        return { order_id: id, status: body.status, version, total: body.total };
      }),
    );

  test("an order's row that differs, is missing, or is too many", async () => {
    const { log } = await books(), rows = await orderRows(log), [first, second, ...rest] = rows;
    expect(auditOrders(rows, log)).toMatchObject({ looked: flashBuyers + mixedBuyers, findings: [] });
    const strange = { ...second!, order_id: "ord_STRANGE" };
    const wrong = auditOrders([{ ...first!, total: "0.01" }, strange, ...rest], log).findings;
    expect(wrong).toEqual([
      expect.stringMatching(`^order ${first!.order_id}: confirmed 2 0.01, the log says confirmed 2 3.06$`),
      expect.stringMatching(`^order ${second!.order_id}: missing, the log says`),
      expect.stringMatching(/^order ord_STRANGE: .*, the log says nothing$/),
    ]);
  });

  test("a level of stock that differs", async () => {
    const { log } = await books(), flash = log.actors.get(actorId("sku", flashSku))!.state as SkuState;
    const only: Folded = {
      ...log,
      actors: new Map([[actorId("sku", flashSku), { state: flash, version: 1, types: [] }]]),
    };
    const row = {
      sku: flashSku,
      location: "LON1",
      sellable: 999,
      reserved: 0,
      allocated: flashBuyers - 1,
      held: 0,
    };
    expect(auditLevels([row], only).findings).toEqual([]);
    expect(auditLevels([{ ...row, allocated: flashBuyers }], only).findings).toEqual([
      "stock FLASH LON1: 999 0 3 0, the log says 999 0 2 0",
    ]);
    expect(auditLevels([], only).findings).toEqual(["stock FLASH LON1: missing, the log says 999 0 2 0"]);
  });
});
