import { expect, test } from "vitest";
import { publicEvent, typeOf } from "../../projections/webhooks/catalogue.ts";
import { eventSchema } from "../schemas/webhook_events.ts";
import { poll, webhookSteps } from "./testing/webhook_steps.ts";

const dayMs = 86_400_000, steps = webhookSteps();

test("subscribers are told when an order closes, and not before", async () => {
  const shop = await steps.receiver();
  const { endpointId } = await steps.subscribe({ url: shop.url, events: ["order.closed"] });
  await steps.placeWith("over", { returnWindowMs: dayMs });
  await steps.ship("over");
  await steps.arrive("over");
  expect(await steps.deliveriesOf(endpointId)).toEqual([]);
  await steps.wait(dayMs);
  steps.kit.courier();
  await expect.poll(() => shop.received.length, poll).toBe(1);
  const said = JSON.parse(shop.received[0]!.body), event = publicEvent("order.closed");
  expect(eventSchema(event).parse(said)).toEqual(said);
  expect(said).toMatchObject({ type: typeOf(event), subject: "ord_over", data: { status: "closed" } });
});
