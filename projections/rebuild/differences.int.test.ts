import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { orders } from "../orders.ts";
import { parcels } from "../parcels.ts";
import { postgresRows } from "../postgres_rows.ts";
import { schemaOf } from "../projection.ts";
import { stockLevels } from "../stock_levels.ts";
import { until } from "../testing/running.ts";
import { bringBack } from "./exchange.ts";
import { build, compare, RowsDiffer, swap } from "./rebuild.ts";
import { accepting, refusing, Town } from "./testing/rebuild_kit.ts";

let town: Town;
beforeAll(async () => {
  town = await Town.open();
  await town.begin();
});
afterAll(() => town.close());
afterEach(() => town.dropBeside());

describe("rows that were changed by hand", () => {
  test("are found, by table and key and column, and swapped only when that is accepted", async () => {
    const good = await town.rowsOf("orders_v2.orders");
    await town.sql`update orders_v2.orders set status = 'lost', total = total + 1 where order_id = 'ord_10'`;
    await town.sql`delete from orders_v2.orders where order_id = 'ord_11'`;
    await town.sql`insert into orders_v2.order_events
      select 'ord_x', version, type, schema_version, at, cause, data from orders_v2.order_events limit 1`;
    const options = town.options(orders);
    await build(options);
    const compared = await compare(options);
    expect(compared.same).toBe(false);
    expect(compared.tables.map(({ table, differing }) => [table, differing])).toEqual([
      ["order_events", 1],
      ["orders", 2],
    ]);
    expect(compared.tables.flatMap(({ shown }) => shown)).toMatchObject([
      { table: "order_events", kind: "extra", key: { order_id: "ord_x" } },
      {
        ...{ table: "orders", kind: "different", key: { order_id: "ord_10" } },
        columns: { status: { live: "lost", rebuilt: "shipped" } },
      },
      { table: "orders", kind: "missing", key: { order_id: "ord_11" } },
    ]);
    await expect(swap(options, compared, refusing)).rejects.toBeInstanceOf(RowsDiffer);
    expect(await town.rowsOf("orders_v2.orders")).not.toEqual(good);
    await swap(options, compared, accepting);
    expect(await town.rowsOf("orders_v2.orders")).toEqual(good);
  });

  test("are found when it happened after the comparison, too", async () => {
    const good = await town.rowsOf("stock_v1.stock_levels"), options = town.options(stockLevels);
    await build(options);
    const compared = await compare(options);
    expect(compared.same).toBe(true);
    await town.whileOrdersCome(() =>
      town.sql`update stock_v1.stock_levels set sellable = 7 where location = 'MAN1'`
    );
    await town.projected();
    await expect(swap(options, compared, refusing)).rejects.toMatchObject({
      tables: [{}, {}, { table: "stock_levels", differing: 1, shown: [{ key: { location: "MAN1" } }] }],
    });
    await swap(options, compared, accepting);
    expect((await town.rowsOf("stock_v1.stock_levels")).filter((row) => row.includes("MAN1")))
      .toEqual(good.filter((row) => row.includes("MAN1")));
  });

  test("do not come back by a projector that had read them before the swap", async () => {
    await town.sql`update orders_v2.orders set state = jsonb_set(state, '{placed,orderNumber}', '"forged"')
      where order_id = 'ord_12'`;
    const rows = postgresRows(town.sql), { shape } = orders;
    const wanted = { projection: schemaOf(orders), partition: 0, streamCreatedMs: 0, shape };
    const position = await rows.openPosition(wanted);
    await town.whileOrdersCome(() => town.swapped(orders, accepting));
    await expect(rows.transact((tx) => rows.movePosition(tx, position, position.mark)))
      .rejects.toMatchObject({ code: "projection.replaced" });
    await town.projected();
    const options = town.options(orders);
    await build(options);
    expect((await compare(options)).same).toBe(true);
  });
});

describe("a rollback", () => {
  test("gives back the rows of before, which catch up by themselves", async () => {
    await expect(bringBack(town.sql, "parcels_v1")).rejects.toThrow(/no rows are kept/);
    await town.sql`update parcels_v1.parcels set status = 'by hand' where parcel = 'ups:1Z12'`;
    await town.swapped(parcels, accepting);
    for (let n = 0; n < 3; n++) await town.order();
    await town.projected();
    const before = await town.sql`select sequence from waybill.positions where projection = 'parcels_v1'`;
    const [position] = await bringBack(town.sql, "parcels_v1");
    expect(position?.mark.sequence).toBeLessThan(Number(before[0]?.sequence));
    expect(await town.sql`select status from parcels_v1.parcels where parcel = 'ups:1Z12'`)
      .toEqual([{ status: "by hand" }]);
    await until(async () => {
      const [row] = await town.sql`select sequence from waybill.positions where projection = 'parcels_v1'`;
      return row?.sequence === town.last;
    });
    await bringBack(town.sql, "parcels_v1");
    expect(await town.sql`select status from parcels_v1.parcels where parcel = 'ups:1Z12'`)
      .toEqual([{ status: "in_transit" }]);
  });

  test("is refused when the tables were changed since", async () => {
    await town.swapped(parcels);
    await town.sql`alter table parcels_v1.shipments add column note text`;
    await expect(bringBack(town.sql, "parcels_v1")).rejects.toThrow(/its tables were changed/);
    await town.sql`alter table parcels_v1.shipments drop column note`;
    await bringBack(town.sql, "parcels_v1");
  });
});
