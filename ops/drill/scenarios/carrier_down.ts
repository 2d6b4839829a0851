import { Failure } from "../../cli/failure.ts";
import { newClient } from "../../demo/client.ts";
import { type Drill, isProven, meanwhile, type Scenario } from "../scenario.ts";
import { metric } from "../signs.ts";
import { until } from "../until.ts";

/** The system asks every 5 s here; a shop that asks every 5 min has as many questions unanswered in an hour. */
const parcels = 40, patienceMs = 300_000, sku = "MUG";

export const carrierDown: Scenario = {
  name: "carrier-down",
  title: "A carrier's tracking API down",
  run: async (drill) => {
    const { carrier, harmMs } = drill;
    await carrier.start();
    try {
      const numbers = Array.from({ length: parcels }, (_, n) => `1Z${String(n).padStart(16, "0")}`);
      const orders = await ship(drill, numbers);
      const inStatus = (status: string) => async () =>
        (await statusesOf(drill, orders)).every((one) => one === status) || undefined;
      await until(drill, "all parcels are shipped", inStatus("shipped"));

      await carrier.drive("PUT", "/faults", { errors: 1 });
      const sinceMs = performance.now(), soFar = () => performance.now() - sinceMs;
      // What happens to the parcels meanwhile nobody can ask.
      for (const number of numbers) {
        await carrier.drive("POST", `/parcels/ups/${number}/advance`, { steps: "all" });
      }
      await until(
        drill,
        "the carrier is found to be down",
        async () =>
          await metric(drill, "projector", "waybill_carrier_breaker", 'carrier="ups"') > 0 || undefined,
      );
      const noticed = { ms: soFar(), by: "waybill_carrier_breaker" };
      await meanwhile(drill, harmMs - soFar());
      await carrier.drive("PUT", "/faults", { errors: 0 });
      const backMs = soFar();
      await until(drill, "all parcels are delivered", inStatus("delivered"));
      const recovered = { ms: soFar(), by: "by itself, once the carrier answers" };
      await until(drill, "verify finds nothing", async () => await isProven(drill) || undefined);
      const caughtUp = ((recovered.ms - backMs) / 1_000).toFixed(1);
      const note = `down for ${harmMs / 1_000} s, asked every 5 s; ${parcels} parcels were caught up with ` +
        `${caughtUp} s after it was back`;
      return { noticed, recovered, notes: [note] };
    } finally {
      await carrier.stop();
    }
  },
};

/** An order for each parcel; the orders' ids. */
async function ship({ system, carrier }: Drill, numbers: readonly string[]): Promise<readonly string[]> {
  const client = newClient({ target: system, patienceMs });
  const decide = async (path: string, body: object) => {
    const answer = await client.decide("POST", path, body);
    if (answer.status === 201) return answer.body;
    throw new Failure(`Cannot go on: ${path} answers ${answer.status} ${JSON.stringify(answer.body)}`);
  };
  const location = "LON1";
  await decide("/v1/stock/receipts", {
    location,
    reference: "PO-MUG",
    lines: [{ sku, quantity: numbers.length }],
  });
  const orders: string[] = [];
  for (const trackingNumber of numbers) {
    await carrier.drive("POST", "/parcels", { carrier: "ups", trackingNumber, journey: "straight" });
    const placed = await decide("/v1/orders", {
      ...{ channel: "web", orderNumber: trackingNumber, currency: "GBP" },
      lines: [{ sku, quantity: 1, unitPrice: "4.00", taxRate: "0.20" }],
    });
    const { orderId } = placed as { readonly orderId: string };
    await decide(`/v1/orders/${orderId}/shipments`, {
      ...{ reference: "P", location, carrier: "ups", trackingNumber },
      lines: [{ sku, quantity: 1 }],
    });
    orders.push(orderId);
  }
  return orders;
}

async function statusesOf({ system }: Drill, orders: readonly string[]): Promise<readonly string[]> {
  const client = newClient({ target: system, patienceMs });
  const answers = await Promise.all(orders.map((id) => client.read(`/v1/orders/${id}`)));
  return answers.map(({ body }) => (body as { readonly status: string }).status);
}
