import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openTown } from "./testing/town.ts";

let readOnly = false, town: Awaited<ReturnType<typeof openTown>>;
beforeAll(async () => {
  town = await openTown({ deps: { isReadOnly: () => readOnly } });
});
beforeEach(() => {
  readOnly = false;
});
afterAll(() => town.close());

const order = {
  channel: "web",
  orderNumber: "1",
  currency: "GBP",
  lines: [{ sku: "A", quantity: 1, unitPrice: "1.00" }],
};
const place = (orderNumber: string) => town.call("POST", "/v1/orders", { ...order, orderNumber });

describe("while the system is read-only", () => {
  test("changes are refused, and nothing is asked", async () => {
    readOnly = true;
    const refused = await place("1"), asked = town.asked.length;
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "30"]);
    expect(refused.body).toMatchObject({ type: expect.stringMatching(/\/problems\/read-only$/) });
    expect((await town.call("PUT", "/v1/skus/A", { description: "a lamp" })).status).toBe(503);
    expect(town.asked.length).toBe(asked);
  });

  test("reads go on", async () => {
    readOnly = true;
    expect((await town.call("GET", "/v1/orders?channel=web")).status).toBe(200);
  });

  test("carriers are heard: only whether the carrier is known matters", async () => {
    readOnly = true;
    expect((await town.call("POST", "/v1/carriers/ups/callbacks", {})).status).toBe(404);
  });

  test("afterwards all is as before", async () => {
    readOnly = true;
    await place("3");
    readOnly = false;
    expect((await place("3")).status).toBe(409); // Decided now: there is no stock.
  });
});
