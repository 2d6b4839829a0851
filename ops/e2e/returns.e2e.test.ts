import { afterAll, beforeAll, expect, test } from "vitest";
import { orderAnswer } from "../../http/schemas/answers.ts";
import { returnAnswer, returnAuthorised } from "../../http/schemas/return.ts";
import { expectOneTruth } from "./books.ts";
import { expectProblem, orderOf, receive } from "./orders.ts";
import { newSystem, type System } from "./system.ts";

const catchUpMsMax = 60_000;

let system: System, orderId: string;
beforeAll(async () => {
  system = await newSystem();
  await system.start();
  await receive(system, { A: 10, B: 10 });
  const lines = ["A", "B"].map((sku) => ({ sku, quantity: 3, unitPrice: "2.50" }));
  const placed = await system.post("/v1/orders", orderOf("R-1", "A", { lines }));
  expect(placed.status, placed.text).toBe(201);
  orderId = orderAnswer.parse(placed.body).orderId;
  const shipped = await system.post(`/v1/orders/${orderId}/shipments`, {
    ...{ reference: "P1", location: "LON1", carrier: "ups", trackingNumber: "1Z0000000000000001" },
    lines: [{ sku: "A", quantity: 3 }, { sku: "B", quantity: 1 }],
  });
  expect(shipped.status, shipped.text).toBe(201);
});
afterAll(() => system?.remove());

const announce = (reference: string, lines: unknown) =>
  system.post(`/v1/orders/${orderId}/returns`, { reference, reason: "too small", lines });
/** Twice, as someone does who did not hear the answer. */
async function twice(path: string, body: unknown, key: string) {
  const options = { headers: { "idempotency-key": key } };
  const first = await system.post(path, body, options), again = await system.post(path, body, options);
  expect(first.status, first.text).toBe(200);
  expect({ status: again.status, body: again.body }).toEqual({ status: 200, body: first.body });
}
const levelOf = async (sku: string) => {
  const { body } = await system.get(`/v1/stock/${sku}`);
  return (body as { readonly locations: readonly object[] }).locations[0];
};
const historyNow = async () => {
  const { items } = (await system.get(`/v1/orders/${orderId}/events`)).body as {
    readonly items: readonly { readonly type: string }[];
  };
  return items.map(({ type }) => type).filter((type) => type.startsWith("order.return_"));
};
const orderNow = async () => orderAnswer.parse((await system.get(`/v1/orders/${orderId}`)).body);

test("what was shipped comes back, is graded, and is for sale again; more than was shipped does not", async () => {
  expectProblem(await announce("RMA-0", [{ sku: "B", quantity: 2 }]), 409, "exceeds-shipped");
  const announced = await announce("RMA-1", [{ sku: "A", quantity: 2 }, { sku: "B", quantity: 1 }]);
  expect(announced.status, announced.text).toBe(201);
  const { returnId } = returnAuthorised.parse(announced.body), path = `/v1/returns/${returnId}`;
  expectProblem(await announce("RMA-2", [{ sku: "A", quantity: 2 }]), 409, "exceeds-shipped");

  const came = { location: "LON1", lines: [{ sku: "A", quantity: 2 }, { sku: "B", quantity: 1 }] };
  await twice(`${path}/receive`, came, "in");
  expect(await levelOf("A")).toMatchObject({ onHand: 9, sellable: 7, qualityControl: 2, available: 7 });

  const found = [
    { sku: "A", quantity: 1, grade: "A", disposition: "restock" },
    { sku: "A", quantity: 1, grade: "B", disposition: "restock_as", restockAs: "A-open" },
    { sku: "B", quantity: 1, grade: "D", disposition: "scrap" },
  ];
  await twice(`${path}/grade`, { lines: found }, "look");
  expect(await levelOf("A")).toMatchObject({ onHand: 8, sellable: 8, qualityControl: 0, available: 8 });
  expect(await levelOf("A-open")).toMatchObject({ onHand: 1, sellable: 1, available: 1 });
  expect(await levelOf("B")).toMatchObject({ onHand: 9, sellable: 9, allocated: 2, qualityControl: 0 });

  await twice(`${path}/settle`, undefined, "end");
  expect(returnAnswer.parse((await system.get(path)).body)).toMatchObject({
    status: "settled",
    graded: found,
  });
  await expect.poll(async () => (await orderNow()).lines, { timeout: catchUpMsMax, interval: 50 })
    .toMatchObject([{ shipped: 3, returned: 2 }, { shipped: 1, returned: 1 }]);
  // The return tells its order of each step: that is the return's write, not one that a read of the order waits for.
  await expect.poll(historyNow, { timeout: catchUpMsMax }).toEqual([
    "order.return_requested",
    "order.return_authorised",
    "order.return_received",
    "order.return_graded",
    "order.return_ended",
  ]);
  await expectOneTruth(system);
});

test("goods without paper are received by being told of, also beyond what was shipped", async () => {
  const arrived = { kind: "blind", location: "LON1" }, lines = [{ sku: "A", quantity: 4 }];
  const body = { reference: "DOCK-1", reason: "no paper", lines, arrived };
  const first = await system.post(`/v1/orders/${orderId}/returns`, body);
  expect(first.status, first.text).toBe(201);
  const told = returnAuthorised.parse(first.body);
  expect(told).toMatchObject({ status: "received", lines, arrived });
  expect(await levelOf("A")).toMatchObject({ onHand: 12, sellable: 8, qualityControl: 4 });
  expect((await system.post(`/v1/orders/${orderId}/returns`, body)).body).toEqual(first.body);
  const read = await system.get(`/v1/returns/${told.returnId}`);
  expect(returnAnswer.parse(read.body)).toMatchObject({ status: "received", arrived });
  await expect.poll(async () => (await orderNow()).lines, { timeout: catchUpMsMax, interval: 50 })
    .toMatchObject([{ shipped: 3, returned: 3 }, { shipped: 1, returned: 1 }]);
  await expect.poll(async () => (await historyNow()).slice(-3), { timeout: catchUpMsMax }).toEqual([
    "order.return_requested",
    "order.return_authorised",
    "order.return_received",
  ]);
  await expectOneTruth(system);
});
