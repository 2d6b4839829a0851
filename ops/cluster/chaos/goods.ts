import { actorId } from "../../../actors/ids.ts";
import { orderIdOf } from "../../../http/order_id.ts";
import { orderAnswer } from "../../../http/schemas/answers.ts";
import type { PartitionMap } from "../../../streams/partition_map.ts";
import type { Chance } from "./chance.ts";
import type { Ask, Told } from "./ledger.ts";

/** What is for sale, and the orders that ask for it. */

export const channel = "web", probeChannel = "probe";
export const flashSku = "FLASH", flashUnits = 1_000;
export const mixedSkus = 200;
const unitsEach = 60, linesMax = 4, quantityMax = 3;
const locations = ["LON1", "MAN2"];

export const skuOf = (i: number) => `SKU-${String(i).padStart(3, "0")}`;
export const skuNames = Array.from({ length: mixedSkus }, (_, i) => skuOf(i));

export function receipt(
  reference: string,
  location: string,
  lines: readonly (readonly [string, number])[],
): Ask {
  return {
    kind: "receipt",
    name: reference,
    path: "/v1/stock/receipts",
    body: JSON.stringify({ location, reference, lines: lines.map(([sku, quantity]) => ({ sku, quantity })) }),
  };
}

/** Everything that is there before the sale begins. */
export function openingStock(probes: ReadonlyMap<number, string>): Ask[] {
  return [
    receipt("open-flash", "LON1", [[flashSku, flashUnits]]),
    receipt("open-probes", "LON1", [...probes.values()].map((sku) => [sku, 10_000_000])),
    ...locations.map((location) =>
      receipt(`open-${location}`, location, skuNames.map((sku) => [sku, Math.round(unitsEach / 2)]))
    ),
  ];
}

export function moreStock(chance: Chance, n: number): Ask {
  const lines = chance.shuffled(skuNames).slice(0, 10).map((sku) => [sku, 1 + chance.below(20)] as const);
  return receipt(`more-${n}`, chance.pick(locations), lines);
}

interface OrderOptions {
  readonly channel: string;
  readonly number: string;
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
  readonly more?: Record<string, unknown>;
}

function order({ channel, number, lines, more = {} }: OrderOptions): Ask {
  const priced = lines.map((line) => ({ ...line, unitPrice: "2.55", taxRate: "0.20" }));
  const body = { channel, orderNumber: number, currency: "GBP", lines: priced, ...more };
  return { kind: "order", name: number, path: "/v1/orders", body: JSON.stringify(body) };
}

export const smallOrder = (number: string, lines: OrderOptions["lines"]): Ask =>
  order({ channel, number, lines });

const personOf = (number: string) => ({ name: `Ada ${number}`, email: `${number}@example.com` });

export const flashOrder = (n: number): Ask =>
  order({
    channel,
    number: `flash-${n}`,
    lines: [{ sku: flashSku, quantity: 1 }],
    more: { customer: personOf(`flash-${n}`) },
  });

export function mixedOrder(
  chance: Chance,
  n: number,
  holdMinutes: number,
): Ask & { readonly pending: boolean } {
  const number = `mixed-${n}`, pending = chance.next() < 0.4;
  const skus = chance.shuffled(skuNames).slice(0, 1 + chance.below(linesMax));
  const lines = skus.map((sku) => ({ sku, quantity: 1 + chance.below(quantityMax) }));
  const more = {
    ...(pending ? { payment: "pending", holdMinutes } : {}),
    ...(chance.next() < 0.5 ? { customer: personOf(number) } : {}),
  };
  return { ...order({ channel, number, lines, more }), pending };
}

export const orderId = (number: string, of = channel) => orderIdOf(of, number);

export function payment(number: string, status: "captured" | "failed"): Ask {
  return {
    kind: "payment",
    name: `${number} ${status}`,
    path: `/v1/orders/${orderId(number)}/payment`,
    body: JSON.stringify({ status, reference: `PAY-${number}` }),
  };
}

export function cancellation(number: string): Ask {
  return {
    kind: "cancellation",
    name: `${number} cancelled`,
    path: `/v1/orders/${orderId(number)}/cancel`,
    body: JSON.stringify({ reason: "changed my mind" }),
    headers: { "idempotency-key": `cancel-${number}` },
  };
}

/** A parcel with these goods; all of its order, where its reference is the order's number. */
export function parcel(
  number: string,
  location: string,
  lines: OrderOptions["lines"],
  reference = number,
): Ask {
  const body = { reference, location, carrier: "ups", trackingNumber: `1Z-${reference}`, lines };
  return {
    kind: "shipment",
    name: `${reference} shipped`,
    path: `/v1/orders/${orderId(number)}/shipments`,
    body: JSON.stringify(body),
  };
}

/** All that an answer says is allocated to an order, in a parcel from each location. */
export function parcelsOf(number: string, { text }: Told): Ask[] {
  const byLocation = new Map<string, { sku: string; quantity: number }[]>();
  for (const { sku, allocated } of orderAnswer.parse(JSON.parse(text)).lines) {
    for (const { location, quantity } of allocated) {
      byLocation.set(location, [...byLocation.get(location) ?? [], { sku, quantity }]);
    }
  }
  return [...byLocation].map(([location, lines]) => parcel(number, location, lines, `${number}-${location}`));
}

/** For each partition a SKU that lives there, and orders that do, too: only that partition has to work to answer them. */
export function probesOf(map: PartitionMap): { skus: Map<number, string>; next: (partition: number) => Ask } {
  const skus = new Map<number, string>();
  for (let i = 0; skus.size < map.partitions.length; i++) {
    const sku = `PROBE-${i}`, partition = map.partitionOf(actorId("sku", sku));
    if (!skus.has(partition)) skus.set(partition, sku);
  }
  let tried = 0;
  const next = (partition: number): Ask => {
    for (;;) {
      const number = `probe-${tried++}`;
      if (map.partitionOf(actorId("order", orderId(number, probeChannel))) !== partition) continue;
      return order({ channel: probeChannel, number, lines: [{ sku: skus.get(partition)!, quantity: 1 }] });
    }
  };
  return { skus, next };
}
