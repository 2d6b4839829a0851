import { join } from "node:path";
import { Failure } from "../../cli/failure.ts";
import { newClient } from "../../demo/client.ts";
import { buildWith, type Defect } from "../builds.ts";
import { deploy } from "../deploy.ts";
import { carrierSecret } from "../drill.ts";
import { act, type Drill, isProven, type Outcome, type Scenario, tool } from "../scenario.ts";
import { metric } from "../signs.ts";
import { until } from "../until.ts";

/** Something that one build cannot handle: it is to be isolated, and done in its order once the build is mended. */
interface Poison {
  readonly name: string;
  readonly title: string;
  readonly defect: Defect;
  /** Sends it, and something behind it. */
  readonly send: (drill: Drill) => Promise<void>;
  /** True once an alert would fire. */
  readonly noticed: (drill: Drill) => Promise<boolean>;
  readonly noticedBy: string;
  /** Its id as `waybill dead-letters list` tells it begins so. */
  readonly id: string;
  /** True once it and what came behind it was done. */
  readonly done: (drill: Drill) => Promise<boolean>;
}

const patienceMs = 300_000, location = "LON1", poisonous = 13;

const client = ({ system }: Drill) => newClient({ target: system, patienceMs });
/** Not waited for: the poison is never decided before the build is mended. Sent again while others fill the queue. */
async function receive(drill: Drill, sku: string, quantity: number): Promise<void> {
  const { url, key } = drill.system;
  await until(drill, `a receipt of ${sku} is accepted`, async () => {
    const answer = await fetch(`${url}/v1/stock/receipts`, {
      method: "POST",
      headers: {
        ...{ authorization: `Bearer ${key}`, "content-type": "application/json" },
        ...{ prefer: "respond-async" },
      },
      body: JSON.stringify({ location, reference: `PO-${sku}-${quantity}`, lines: [{ sku, quantity }] }),
    });
    const text = await answer.text();
    if (answer.status === 202 || answer.status === 201) return true;
    throw new Failure(`Cannot receive ${sku}: the answer is ${answer.status} ${text}`);
  });
}
/** One order of a unit that nobody else wants; its id. */
async function order(drill: Drill, orderNumber: string): Promise<string> {
  await receive(drill, "TEAPOT", 100);
  const { body } = await client(drill).decide("POST", "/v1/orders", {
    ...{ channel: "web", orderNumber, currency: "GBP" },
    lines: [{ sku: "TEAPOT", quantity: 1, unitPrice: "12.50", taxRate: "0.20" }],
  });
  return (body as { readonly orderId: string }).orderId;
}
const onHand = async (drill: Drill, sku: string): Promise<number> => {
  const { body } = await client(drill).read(`/v1/stock/${sku}`);
  return (body as { readonly locations: readonly { readonly onHand: number }[] }).locations[0]?.onHand ?? 0;
};

const command: Poison = {
  name: "command",
  title: "A poison command: an actor's code throws",
  defect: {
    file: "actors/sku/documents.ts",
    line: "  const { doc, location, quantity } = command;\n  const draft = new Draft(state);\n",
    defective: `  const { doc, location, quantity } = command;
  if (quantity === ${poisonous}) throw new Error("a defect of this build");
  const draft = new Draft(state);\n`,
  },
  send: async (drill) => {
    await receive(drill, "VASE", poisonous);
    await receive(drill, "VASE", 7);
  },
  noticed: async (drill) => await metric(drill, "host", "waybill_actors_stopped") > 0,
  noticedBy: "waybill_actors_stopped",
  id: "undecided/sku:VASE",
  done: async (drill) => await onHand(drill, "VASE") === poisonous + 7,
};

const poisonOrder = "poison-order";
const event: Poison = {
  name: "event",
  title: "A poison event: a projection's code throws",
  defect: {
    file: "projections/orders.ts",
    line: "      const id = keyOf(entry.actor);\n",
    defective: `      const id = keyOf(entry.actor);
      if (JSON.stringify(entry.data).includes("${poisonOrder}")) throw new Error("a defect of this build");\n`,
  },
  send: async (drill) => void await order(drill, poisonOrder),
  noticed: async (drill) => await metric(drill, "projector", "waybill_projection_stopped") > 0,
  noticedBy: "waybill_projection_stopped",
  id: "unprojected/orders",
  done: async (drill) => {
    const { body } = await client(drill).read(`/v1/orders?channel=web&orderNumber=${poisonOrder}`);
    return (body as { readonly items: readonly unknown[] }).items.length === 1;
  },
};

const poisonParcel = "1Z9999999999999999";
const delivered = {
  trackingNumber: poisonParcel,
  ...{ localActivityDate: "20261122", localActivityTime: "080000", gmtOffset: "+00:00" },
  ...{ gmtActivityDate: "20261122", gmtActivityTime: "080000" },
  activityLocation: { city: "LONDON", country: "GB" },
  activityStatus: { type: "D", code: "9E", description: "Delivered", descriptionCode: "011" },
};
const callback: Poison = {
  name: "callback",
  title: "A poison callback: a carrier's adapter cannot read it",
  defect: {
    file: "http/carriers/ups/adapter.ts",
    line: "  callback: (body) => parcelsOf(readJson(body)),\n",
    defective: `  callback: () => {
    throw new Unreadable("a defect of this build");
  },\n`,
  },
  send: async (drill) => {
    const orderId = await order(drill, poisonParcel);
    await client(drill).decide("POST", `/v1/orders/${orderId}/shipments`, {
      ...{ reference: "P", location, carrier: "ups", trackingNumber: poisonParcel },
      lines: [{ sku: "TEAPOT", quantity: 1 }],
    });
    const headers = { "content-type": "application/json", authorization: `Bearer ${carrierSecret}` };
    const { status } = await fetch(`${drill.system.url}/v1/carriers/ups/callbacks`, {
      ...{ method: "POST", headers, body: JSON.stringify(delivered) },
    });
    // The carrier is told, and what it said is kept all the same.
    if (status !== 400) throw new Failure(`Cannot call back: the answer is ${status}`);
  },
  noticed: async (drill) =>
    await metric(drill, "edge", "waybill_carrier_callbacks_total", 'result="unreadable"') > 0,
  noticedBy: "waybill_carrier_callbacks_total, unreadable",
  id: "unread/",
  done: async (drill) => {
    const { body } = await client(drill).read(`/v1/orders?channel=web&orderNumber=${poisonParcel}`);
    return (body as { readonly items: readonly { readonly status: string }[] }).items[0]?.status ===
      "delivered";
  },
};

export const poisons: readonly Scenario[] = [command, event, callback].map((poison) => ({
  name: `poison-${poison.name}`,
  title: poison.title,
  defect: poison.defect,
  run: (drill) => perform(drill, poison),
}));

async function perform(drill: Drill, poison: Poison): Promise<Outcome> {
  const { scratch, load } = drill;
  await deploy(drill, await buildWith(join(scratch, poison.name), [poison.defect]));
  const sinceMs = performance.now(), soFar = () => performance.now() - sinceMs, before = load.placed.length;
  await poison.send(drill);
  await until(drill, `${poison.noticedBy} tells`, async () => await poison.noticed(drill) || undefined);
  const noticed = { ms: soFar(), by: poison.noticedBy };
  await until(
    drill,
    "it is isolated: others order",
    () => Promise.resolve(load.placed.length > before + 20 || undefined),
  );
  const { id, why } = await until(
    drill,
    `a dead letter ${poison.id}… is there`,
    () => letterOf(drill, poison.id),
  );
  await deploy(drill, undefined);
  // A new build may already have done it by itself.
  if (await letterOf(drill, id)) await act(drill, "dead-letters", "retry", id);
  await until(drill, "it and what came behind it is done", async () => await poison.done(drill) || undefined);
  await until(drill, "verify finds nothing", async () => await isProven(drill) || undefined);
  return {
    noticed,
    recovered: { ms: soFar(), by: "another build, dead-letters retry, verify" },
    notes: [`${id}: ${why.slice(0, 60)}`],
  };
}

interface Letter {
  readonly id: string;
  readonly why: string;
}
async function letterOf(drill: Drill, begins: string): Promise<Letter | undefined> {
  const letters = JSON.parse(await tool(drill, "dead-letters", "list", "--json")) as readonly Letter[];
  return letters.find(({ id }) => id.startsWith(begins));
}
