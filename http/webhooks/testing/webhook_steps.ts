import { afterAll, afterEach, beforeAll } from "vitest";
import type { PlaceOrder, ScanParcel, ShipOrder } from "../../../actors/commands.ts";
import { comeBack, grade, returnOf, sendBack } from "../../../actors/town/return_calls.ts";
import { actorId, type LocationCode, type OrderId, type ShipmentId, type Sku } from "../../../actors/ids.ts";
import { line, placing, receiving, type TownCommand } from "../../../projections/testing/town_log.ts";
import { openReceiver, type Received, type Receiver } from "./receiver.ts";
import { openWebhookKit, type WebhookKit } from "./webhook_kit.ts";

export const poll = { interval: 20 };

/** What these tests are told in: a kit for each file, receivers and endpoints for each test. */
export function webhookSteps() {
  const held: { kit?: WebhookKit } = {}, receivers: Receiver[] = [], made: string[] = [];
  const kit = () => {
    if (held.kit === undefined) throw new Error("Cannot tell anybody yet: the kit is not open");
    return held.kit;
  };
  beforeAll(async () => {
    held.kit = await openWebhookKit();
    await kit().town.turn(receiving("A", 100_000));
  });
  afterAll(() => held.kit?.close());
  afterEach(async () => {
    await kit().stopCouriers();
    for (const endpointId of made.splice(0)) await kit().desk.remove(endpointId);
    await Promise.all(receivers.splice(0).map((receiver) => receiver.stop()));
  });
  const turn = async (...commands: readonly TownCommand[]) => {
    const sequence = await kit().town.turn(...commands);
    await kit().project(sequence);
    return sequence;
  };
  const deliveriesOf = async (endpointId: string) =>
    (await kit().deliveries.list({ endpointId, limit: 50 })).items;
  return {
    get kit() {
      return kit();
    },
    receiver: async (react?: Receiver["react"]) => {
      const opened = await openReceiver(react);
      receivers.push(opened);
      return opened;
    },
    subscribe: async (...given: Parameters<WebhookKit["subscribe"]>) => {
      const endpoint = await kit().subscribe(...given);
      made.push(endpoint.endpointId);
      return endpoint;
    },
    turn,
    place: (...numbers: readonly string[]) =>
      turn(...numbers.map((number) => placing(number, [line("A", 1)]))),
    placeWith: (number: string, rest: Partial<PlaceOrder>) => turn(placing(number, [line("A", 1)], rest)),
    /** Until every timer has fired that is due by then. */
    wait: async (ms: number) => kit().project(await kit().town.wait(ms)),
    ship: (number: string) => turn(shipping(number)),
    arrive: (number: string) => turn(delivered(number, kit().town.nowMs)),
    comeBack: async (number: string) => {
      const id = returnOf(number), unit = ["A", 1] as const;
      await turn(sendBack(number, [unit]));
      await turn(comeBack(id, [unit]));
      await turn(grade(id, [[...unit, "B", "restock_as", "A-open"]]));
      return id;
    },
    deliveriesOf,
    statesOf: async (endpointId: string) => (await deliveriesOf(endpointId)).map(({ status }) => status),
  };
}

export const typesOf = (received: readonly Received[]) =>
  received.map(({ body }) => JSON.parse(body).type as string).sort();
export const idsOf = (received: readonly Received[]) => received.map(({ headers }) => headers["webhook-id"]);

function shipping(n: string): TownCommand {
  const command: ShipOrder = {
    type: "ship",
    ...{ fingerprint: n, shipment: `shp_${n}` as ShipmentId, token: `token-${n}`, reference: "P1" },
    ...{ location: "LON1" as LocationCode, carrier: "ups", trackingNumber: `1Z${n}` },
    lines: [{ sku: "A" as Sku, quantity: 1 }],
  };
  return { to: actorId("order", `ord_${n}` as OrderId), command };
}

function delivered(n: string, atMs: number): TownCommand {
  const scans = [{ status: "delivered", atMs, description: "", carrierCode: "D" }] as const;
  const command: ScanParcel = { type: "scans", source: "cb", scans };
  return { to: actorId("parcel", `ups:1Z${n}`), command };
}
