/**
 * Sends files of real sales to one system and tells what became of every order; a process of its own on Node, as the load generator
 * is. Takes its task as JSON in the first argument, and prints the result as JSON.
 */
import { existsSync } from "node:fs";
import { basename } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { orderBody, receiptsOf } from "../demo/bodies.ts";
import { type Client, newClient } from "../demo/client.ts";
import { madeUpSales } from "../demo/made_up.ts";
import { parseShare } from "../demo/names.ts";
import { parseSalesText, readSales } from "../demo/sales_file.ts";
import { type Sale, type Sales, servicesOf } from "../demo/sales.ts";
import type { Target } from "../demo/target.ts";

export interface MonthsTask {
  readonly target: Target;
  /** One request an order, each after the answer to the last; or all orders in one request. */
  readonly via: "http" | "bulk";
  /** None: the two months of the shared data if they are there, else the made-up shop of the demo. */
  readonly files: readonly string[];
  /** Less than everything, so that some orders are refused and the paths could differ. */
  readonly stock: string;
}
export interface MonthsResult {
  /** What was sent, for people. */
  readonly source: string;
  readonly orders: number;
  readonly lines: number;
  readonly seconds: number;
  /** Invoice and what the answer said: `confirmed`, with every line's net amount, or `refused`. */
  readonly outcomes: readonly (readonly [invoice: string, outcome: string])[];
}

const patienceMs = 120_000;
const channel = "bench-months";

export async function sendMonths({ target, via, files, stock }: MonthsTask): Promise<MonthsResult> {
  const { source, all } = await salesFrom(files);
  const orders = all.flatMap((sales) => sales.orders);
  const client = newClient({ target, patienceMs });
  for (const sales of all) await prepare(client, sales, stock);
  const startedAtMs = performance.now();
  const answers = via === "http" ? await oneByOne(client, orders) : await allAtOnce(target, orders);
  const seconds = (performance.now() - startedAtMs) / 1000;
  const outcomes = orders.map(({ invoice }, index) => [invoice, outcomeOf(invoice, answers[index])] as const);
  return {
    source,
    orders: orders.length,
    lines: orders.reduce((sum, { lines }) => sum + lines.length, 0),
    seconds,
    outcomes,
  };
}

/** Looked for here, on Node: the product's own processes may not read outside of the project. */
const usualFiles = ["2011-11.csv.gz", "2011-12.csv.gz"]
  .map((name) => fileURLToPath(new URL(`../../../shared/data/online-retail/${name}`, import.meta.url)));

/** Those, or the two months of the shared data if they are there. */
export const salesFiles = (given: readonly string[]): readonly string[] =>
  given.length > 0 ? given : usualFiles.filter((file) => existsSync(file));

async function salesFrom(given: readonly string[]): Promise<{ source: string; all: readonly Sales[] }> {
  const files = salesFiles(given);
  if (files.length === 0) {
    return { source: "the demo's made-up shop", all: [await parseSalesText(madeUpSales())] };
  }
  const all = await Promise.all(files.map((file) => readSales(file)));
  return { source: files.map((file) => basename(file)).join(", "), all };
}

async function prepare(client: Client, sales: Sales, stock: string): Promise<void> {
  for (const [sku, description] of servicesOf(sales)) {
    const path = `/v1/skus/${encodeURIComponent(sku)}`;
    expect(200, await client.decide("PUT", path, { description, stocked: false }));
  }
  for (const receipt of receiptsOf(sales, "LON1", parseShare(stock))) {
    expect(201, await client.decide("POST", "/v1/stock/receipts", receipt));
  }
}

async function oneByOne(client: Client, orders: readonly Sale[]): Promise<unknown[]> {
  const answers: unknown[] = [];
  for (const order of orders) {
    answers.push((await client.decide("POST", "/v1/orders", orderBody(order, channel))).body);
  }
  return answers;
}

async function allAtOnce({ url, key }: Target, orders: readonly Sale[]): Promise<unknown[]> {
  const response = await fetch(`${url}/v1/orders:bulk`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/x-ndjson" },
    body: orders.map((order) => JSON.stringify(orderBody(order, channel))).join("\n"),
  });
  const text = await response.text();
  if (response.status !== 200) {
    throw new Error(`Cannot send orders: the answer is ${response.status} ${text}`);
  }
  return text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
}

const confirmed = z.object({ status: z.literal("confirmed"), lines: z.array(z.object({ net: z.string() })) });
const refused = z.object({ status: z.literal(409), type: z.string().regex(/insufficient-stock$/) });

function outcomeOf(invoice: string, answer: unknown): string {
  const accepted = confirmed.safeParse(answer);
  if (accepted.success) return `confirmed ${accepted.data.lines.map(({ net }) => net).join(" ")}`;
  if (refused.safeParse(answer).success) return "refused";
  throw new Error(`Cannot read what became of order ${invoice}: ${JSON.stringify(answer)?.slice(0, 400)}`);
}

function expect(status: number, answered: { readonly status: number; readonly body: unknown }): void {
  if (answered.status === status) return;
  throw new Error(`Cannot prepare the stock: ${answered.status} ${JSON.stringify(answered.body)}`);
}

const task = process.argv[2];
if (task !== undefined && process.argv[1]?.endsWith("months.ts")) {
  console.log(JSON.stringify(await sendMonths(JSON.parse(task) as MonthsTask)));
}
