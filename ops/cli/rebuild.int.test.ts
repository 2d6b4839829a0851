import { Command } from "commander";
import process from "node:process";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readActs } from "../../streams/operations/acts.ts";
import { Town } from "../../projections/rebuild/testing/rebuild_kit.ts";
import { plainLines } from "./progress.ts";
import { registerRebuild } from "./rebuild.ts";
import { registerRollback } from "./rollback.ts";

let town: Town;
beforeAll(async () => {
  town = await Town.open();
  await town.begin();
  process.env.NATS_URL = town.natsUrl;
  process.env.DATABASE_URL = town.databaseUrl;
});
afterAll(async () => {
  delete process.env.NATS_URL;
  delete process.env.DATABASE_URL;
  await town.close();
});
beforeEach(() => process.exitCode = 0);
afterEach(() => process.exitCode = 0);

const shown: string[] = [];
async function waybill(...args: string[]): Promise<string> {
  const printed: string[] = [];
  const print = (text: string) => void printed.push(text);
  const program = new Command("waybill").exitOverride();
  registerRebuild(program, print, plainLines({ write: (text) => shown.push(text) }));
  registerRollback(program, print);
  await program.parseAsync(args, { from: "user" });
  return printed.join("\n");
}
const because = (why: string) => ["--yes", "--by", "ada", "--why", why];
const statusOf = async (order: string) =>
  (await town.sql<{ status: string }[]>`select status from orders_v2.orders where order_id = ${order}`)[0]
    ?.status;

describe("waybill rebuild", () => {
  test("builds and compares, and changes nothing", async () => {
    const text = await waybill("rebuild", "orders");
    expect(text).toMatch(/^orders: \d+ events read in \d+\.\d s \([\d,]+ events\/s\)\nCompared at 0:\d+:\n/);
    expect(text).toContain("  orders: 15 rows, the same\n");
    expect(text).toContain(
      "Would put these rows in place of those that are read, and keep those as orders_v2_old\n",
    );
    expect(text).toMatch(/Nothing was changed: --yes --why "…" does it$/);
    expect(process.exitCode).toBe(0);
    expect(shown.at(-1)).toMatch(/^building: (\d+)\/\1, \d+\/s/);
    expect(await waybill("rebuild")).toMatch(
      /orders {2}orders_v2 at 0:\d+\n {2}being built: orders_v2_next at 0:\d+, since .*Z by /,
    );
    expect(await readActs(town.broker, 10)).toEqual([]);
  });

  test("swaps, says who did it and why, and goes back", async () => {
    expect(await waybill("rebuild", "orders", ...because("a drill"))).toMatch(
      /Swapped at 0:\d+; "npx waybill rollback orders" goes back$/,
    );
    expect(await readActs(town.broker, 1)).toMatchObject([
      { by: "ada", why: "a drill", does: "rebuild", to: "orders", state: "done", outcome: { swapped: true } },
    ]);
    const [listed] = JSON.parse(await waybill("rebuild", "--list", "--json"));
    expect(listed).toMatchObject({ projection: "orders", old: { schema: "orders_v2_old" } });
    expect(await waybill("rollback", "orders")).toMatch(/^Would read the rows of orders_v2_old again/);
    expect(await waybill("rollback", "orders", ...because("enough"))).toMatch(
      /are read again, from 0:\d+ on/,
    );
    expect(await readActs(town.broker, 1)).toMatchObject([{
      does: "rollback",
      why: "enough",
      state: "done",
    }]);
    await town.order();
    await town.projected();
    expect(await waybill("rebuild", "orders", "--discard", ...because("room"))).toBe("Dropped orders_v2_old");
    await expect(waybill("rollback", "orders")).rejects.toThrow(/no rows are kept/);
  });

  test("refuses to swap what differs, names it, and swaps it once that is accepted", async () => {
    await town.sql`update orders_v2.orders set status = 'by hand' where order_id = 'ord_10'`;
    const refused = await waybill("rebuild", "orders", ...because("corrupted"));
    expect(refused).toContain(
      "  orders: 16 rows are read, 16 were built, 1 DIFFERS\n    order_id ord_10 differs\n" +
        "      status: by hand\n         built: shipped\n",
    );
    expect(refused).toContain("Not swapped: --accept-differences");
    expect(process.exitCode).toBe(1);
    expect(await statusOf("ord_10")).toBe("by hand");
    process.exitCode = 0;
    const json = JSON.parse(await waybill("rebuild", "orders", "--json"));
    expect(json).toMatchObject({ dryRun: true, refused: true, plan: { same: false, projection: "orders" } });
    expect(process.exitCode).toBe(1);
    await waybill("rebuild", "orders", "--accept-differences", ...because("corrupted"));
    expect(process.exitCode).toBe(0);
    expect(await statusOf("ord_10")).toBe("shipped");
  });

  test("wants a reason before it begins, and a name that it knows", async () => {
    await expect(waybill("rebuild", "orders", "--yes")).rejects.toThrow("Cannot rebuild: say why");
    await expect(waybill("rebuild", "order")).rejects.toThrow(
      /Cannot rebuild order: there is orders, parcels/,
    );
    await expect(waybill("rebuild", "outbox")).rejects.toThrow(
      /Cannot rebuild outbox: it says what was done in the world/,
    );
    await expect(waybill("rollback", "bogus")).rejects.toThrow(
      /^Cannot roll back bogus: there is orders, parcels/,
    );
    await expect(waybill("rebuild", "people")).rejects.toThrow(/where people are erased/);
  });
});
