import { newClient } from "../demo/client.ts";
import { Failure } from "../cli/failure.ts";
import { nodeArgs, runProgram } from "./child.ts";
import { type Ours, startOurs, stockOurs } from "./ours.ts";
import type { ReadersResult, ReadersTask, WatchedParcel } from "./page_readers.ts";
import { hotSku } from "./workload.ts";

/** So many tracking pages open on one edge, one for each parcel. */
export interface PagesResult extends ReadersResult {
  readonly pages: number;
  /** Of the edge, as it grew by its open pages. */
  readonly memoryMiBPer1000: number;
}
export interface PagesOptions {
  readonly dataDir: string;
  /** How many are open, one measurement after the other. */
  readonly pages: readonly number[];
  readonly seconds: number;
  readonly say: (line: string) => void;
}

const secret = "secret-of-the-bench", scansPerSecond = 20;
const patienceMs = 120_000, shippersMax = 32;

/** From the carrier's callback to the customer's page, whatever else is open. */
export async function measurePages({ dataDir, pages, seconds, say }: PagesOptions): Promise<PagesResult[]> {
  const ours = await startOurs(dataDir, { WAYBILL_CARRIER_GENERIC_SECRET: secret });
  try {
    await stockOurs(ours, 0);
    const parcels = await shipParcels(ours, Math.max(...pages)), results: PagesResult[] = [];
    say(`pages: ${parcels.length} parcels are shipped`);
    for (const count of pages) {
      const result = await lookAt(ours, { parcels: parcels.slice(0, count), seconds });
      say(showPages([result]));
      results.push(result);
    }
    return results;
  } finally {
    await ours.stop();
  }
}

async function lookAt(
  { port, watch }: Ours,
  { parcels, seconds }: Pick<ReadersTask, "parcels" | "seconds">,
): Promise<PagesResult> {
  const firstScanMs = Date.now();
  const task: ReadersTask = { port, secret, parcels, scansPerSecond, seconds, firstScanMs, watch };
  const printed = await runProgram(nodeArgs("page_readers.ts"), { input: JSON.stringify(task) });
  const result = JSON.parse(printed) as ReadersResult;
  if (result.missed > 0) throw new Failure(`Cannot count pages: ${result.missed} were not told in time`);
  const memory = (usages: ReadersResult["open"]) => usages[edgeOf(usages)]?.memoryMiB ?? 0;
  const grown = memory(result.open) - memory(result.before);
  return { ...result, pages: parcels.length, memoryMiBPer1000: grown / parcels.length * 1000 };
}

/** The process that answers: the embedded profile may hold all roles in one. */
const edgeOf = (usages: ReadersResult["open"]) =>
  Object.keys(usages).find((name) => /edge/.test(name)) ?? "waybill";

/** One order and one parcel for each page. */
async function shipParcels(ours: Ours, count: number): Promise<WatchedParcel[]> {
  const client = newClient({ target: ours, patienceMs });
  const parcels: WatchedParcel[] = [];
  let next = 0;
  const shipper = async () => {
    while (next < count) parcels.push(await shipOne(client, next++));
  };
  await Promise.all(Array.from({ length: shippersMax }, shipper));
  return parcels;
}

async function shipOne(client: ReturnType<typeof newClient>, number: number): Promise<WatchedParcel> {
  const line = { sku: hotSku, quantity: 1 }, orderNumber = `P-${number}`;
  const order = { channel: "bench", orderNumber, currency: "GBP", lines: [{ ...line, unitPrice: "2.55" }] };
  const placed = await client.decide("POST", "/v1/orders", order);
  const { orderId } = placed.body as { readonly orderId: string };
  const trackingNumber = `1ZPAGE${String(number).padStart(8, "0")}`;
  const shipment = { reference: "P", location: "LON1", carrier: "ups", trackingNumber, lines: [line] };
  const { status, body } = await client.decide("POST", `/v1/orders/${orderId}/shipments`, shipment);
  if (status !== 201) throw new Failure(`Cannot ship ${trackingNumber}: the answer is ${status}`);
  return { token: (body as { readonly trackingToken: string }).trackingToken, trackingNumber };
}

export function showPages(results: readonly PagesResult[]): string {
  return results.map(
    ({ pages, openSeconds, scans, p50, p99, max, memoryMiBPer1000, open, after, seconds }) => {
      const ms = (value: number) => `${value.toFixed(0)} ms`;
      const cores = Object.entries(after).map(([name, { cpuSeconds }]) =>
        `${name} ${((cpuSeconds - (open[name]?.cpuSeconds ?? 0)) / seconds).toFixed(2)}`
      ).join(", ");
      return [
        `${pages} tracking pages open (opened in ${
          openSeconds.toFixed(1)
        } s), ${scans} scans at ${scansPerSecond} a second`,
        `  from callback to page: p50 ${ms(p50)}, p99 ${ms(p99)}, longest ${ms(max)} (target: 1 s)`,
        `  the edge has ${open[edgeOf(open)]?.memoryMiB ?? 0} MiB; ${
          memoryMiBPer1000.toFixed(1)
        } MiB for 1,000 pages`,
        `  cores: ${cores}`,
      ].join("\n");
    },
  ).join("\n");
}
