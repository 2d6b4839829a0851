import { orderIdOf } from "../../http/order_id.ts";

/** What the load generator sends: order bodies, made fast, each with a number of its own. */
export type WorkloadName =
  | "W1"
  | "W2"
  | "W3"
  | "history"
  | "over"
  | "callbacks"
  | "to_ship"
  | "ship"
  | "cancel";

export const hotSku = "HOT-1";
/** The SKU of W3, and how many units of it there are. */
export const lastSku = "LAST-1";
export const lastUnits = 500;
/** Distinct SKUs of W2. */
export const skuCount = 10_000;
/** Distinct SKUs of the system whose log is folded and which is restarted. */
export const historySkuCount = 20_000;
/** How many lines an order of W2 has, and one that is shipped. */
export const linesPerOrder = 3;
/** Orders of one run have numbers of this many digits, so that all bodies of a workload are equally long. */
const numberDigits = 8;

export const skuOf = (index: number): string => `SKU-${String(index).padStart(5, "0")}`;

/** Every unit of the benchmark lies here. */
export const warehouse = "LON1";
export const benchChannel = "bench";

/** A small generator of repeatable random numbers (mulberry32), so that every system gets the same orders. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface BodyOptions {
  readonly workload: WorkloadName;
  /** Begins every order number: two runs against one system must not repeat each other. */
  readonly run: string;
  readonly seed: number;
}

export interface Post {
  readonly path: string;
  readonly idempotencyKey?: string;
  /** ASCII. */
  readonly body: string;
}

/** Returns a function that makes the next request. */
export function postsOf(options: BodyOptions): () => Post {
  if (options.workload === "ship") return parcels(options);
  if (options.workload === "cancel") return cancellations(options);
  const body = options.workload === "callbacks" ? callbackBodies(options) : orderBodies(options);
  const path = options.workload === "callbacks" ? "/v1/carriers/ups/callbacks" : "/v1/orders";
  return () => ({ path, body: body() });
}

/** Parcels that callbacks tell of. */
const parcelCount = 20_000;

/** Track Alerts as UPS documents them: one scan each, of a random parcel, a second apart. */
function callbackBodies({ run, seed }: BodyOptions): () => string {
  const random = seeded(seed);
  let number = 0;
  return () => {
    const parcel = String(Math.floor(random() * parcelCount)).padStart(8, "0");
    const time = new Date(Date.UTC(2026, 10, 1) + number++ * 1000).toISOString();
    const date = time.slice(0, 10).replaceAll("-", ""), clock = time.slice(11, 19).replaceAll(":", "");
    return `{"trackingNumber":"1Z${run}${parcel}","localActivityDate":"${date}","localActivityTime":"${clock}",` +
      `"activityLocation":{"city":"LOUISVILLE","stateProvince":"KY","postalCode":"40213","country":"US"},` +
      `"activityStatus":{"type":"I","code":"AR","description":"Arrived at Facility","descriptionCode":"005"},` +
      `"scheduledDeliveryDate":"20261130","gmtActivityDate":"${date}","gmtActivityTime":"${clock}","gmtOffset":"+00:00"}`;
  };
}

function orderBodies({ workload, run, seed }: BodyOptions): () => string {
  const random = seeded(seed);
  const head =
    `{"channel":"${benchChannel}","placedAt":"2011-12-01T08:26:00Z","currency":"GBP","payment":"captured",` +
    `"stockPolicy":"reject","orderNumber":"`;
  let number = 0;
  return () => {
    const orderNumber = orderNumberOf(run, number++);
    const lines = skusOf(workload, random).map(lineOf).join(",");
    return `${head}${orderNumber}","lines":[${lines}]}`;
  };
}

/** All of each order of `to_ship` with the same run and seed, in one parcel. */
function parcels({ run, seed }: BodyOptions): () => Post {
  const random = seeded(seed);
  let number = 0;
  return () => {
    const orderNumber = orderNumberOf(run, number++);
    const lines = skusOf("to_ship", random).map((sku) => `{"sku":"${sku}","quantity":1}`).join(",");
    const body = `{"reference":"${orderNumber}","location":"${warehouse}","carrier":"ups","trackingNumber":` +
      `"1Z${orderNumber}","lines":[${lines}]}`;
    return { path: `/v1/orders/${orderIdOf(benchChannel, orderNumber)}/shipments`, body };
  };
}

/** Of each order of the same run. */
function cancellations({ run }: BodyOptions): () => Post {
  let number = 0;
  return () => {
    const orderNumber = orderNumberOf(run, number++), order = orderIdOf(benchChannel, orderNumber);
    return { path: `/v1/orders/${order}/cancel`, idempotencyKey: orderNumber, body: `{"reason":"over"}` };
  };
}

const orderNumberOf = (run: string, number: number) => `${run}-${String(number).padStart(numberDigits, "0")}`;

function skusOf(workload: WorkloadName, random: () => number): string[] {
  switch (workload) {
    case "W1":
      return [hotSku];
    case "W2":
    case "to_ship":
      return distinctSkus(random, skuCount);
    case "W3":
      return [lastSku];
    case "history":
      return distinctSkus(random, historySkuCount);
    case "over":
      return distinctSkus(random, historySkuCount, 1);
    case "callbacks":
    case "ship":
    case "cancel":
      return [];
  }
}

function lineOf(sku: string): string {
  return `{"sku":"${sku}","quantity":1,"unitPrice":"2.55","taxRate":"0.20"}`;
}

export function distinctSkus(
  random: () => number,
  count: number,
  lines: number = linesPerOrder,
): string[] {
  const chosen = new Set<number>();
  while (chosen.size < lines) chosen.add(Math.floor(random() * count));
  return Array.from(chosen, skuOf);
}
