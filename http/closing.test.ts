import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ScanParcel } from "../actors/commands.ts";
import { parcelActor } from "./carriers/parcel_key.ts";
import { openTown, orderOf, type Town } from "./testing/town.ts";

const dayMs = 86_400_000;
let town: Town;
afterEach(() => town.close());

/** A shop that takes goods back for so long, and an order of it that was delivered. */
async function delivered(returnWindowMs?: number): Promise<string> {
  town = await openTown(returnWindowMs === undefined ? {} : { deps: { returnWindowMs } });
  const lines = [{ sku: "A", quantity: 5 }];
  await town.call("POST", "/v1/stock/receipts", { location: "LON1", reference: "r1", lines });
  const path = `/v1/orders/${(await town.call("POST", "/v1/orders", orderOf("1", ["A"]))).body.orderId!}`;
  const parcel = { carrier: "ups", trackingNumber: "1Z1", lines: [{ sku: "A", quantity: 1 }] };
  await town.call("POST", `${path}/shipments`, { reference: "P1", location: "LON1", ...parcel });
  const scan = { status: "delivered" as const, atMs: Date.now(), description: "", carrierCode: "D" };
  const command: ScanParcel = { type: "scans", source: "cb", scans: [scan] };
  await town.ask({ to: parcelActor("ups", "1Z1"), command, patienceMs: 60_000 });
  return path;
}
const statusOf = async (path: string) => (await town.call("GET", path)).body.status;

describe("an order whose return window is over", () => {
  let path: string;
  beforeEach(async () => {
    path = await delivered(1);
    await expect.poll(() => statusOf(path)).toBe("closed");
  });

  test("is found as closed, and says so in its history", async () => {
    await town.settled();
    expect((await town.call("GET", "/v1/orders?status=closed")).body.items).toHaveLength(1);
    const { items } = (await town.call("GET", `${path}/events`)).body as { items?: { type: string }[] };
    expect(items!.map(({ type }) => type).filter((type) => type === "order.closed")).toHaveLength(1);
  });

  test("cannot be cancelled, and takes goods back by goodwill", async () => {
    const cancelled = await town.call("POST", `${path}/cancel`, { reason: "no" }, { "idempotency-key": "c" });
    expect([cancelled.status, cancelled.body.type]).toEqual([409, "/problems/already-shipped"]);
    const back = { reference: "late", reason: "goodwill", lines: [{ sku: "A", quantity: 1 }] };
    expect((await town.call("POST", `${path}/returns`, back)).status).toBe(201);
    expect(await statusOf(path)).toBe("closed");
  });
});

describe("an order that is delivered", () => {
  test("stays so while its goods may come back, whatever the shop says of later ones", async () => {
    const path = await delivered(30 * dayMs);
    expect(await statusOf(path)).toBe("delivered");
    expect(town.asked.map(({ command }) => command)).toContainEqual(
      expect.objectContaining({ type: "place", returnWindowMs: 30 * dayMs }),
    );
  });

  test("never closes where the shop takes goods back for ever", async () => {
    expect(await statusOf(await delivered())).toBe("delivered");
    const placed = town.asked.find(({ command }) => command.type === "place");
    expect(placed?.command).not.toHaveProperty("returnWindowMs");
  });
});
