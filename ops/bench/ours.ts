import { readFile } from "node:fs/promises";
import { join } from "node:path";
import postgres from "postgres";
import { z } from "zod";
import { freePort } from "../local/ports.mjs";
import { newClient } from "../demo/client.ts";
import type { Target } from "../demo/target.ts";
import { parsePosition } from "../../http/position.ts";
import { actorIndex } from "../../projections/actor_index.ts";
import { orders } from "../../projections/orders.ts";
import { schemaOf } from "../../projections/projection.ts";
import { stockLevels } from "../../projections/stock_levels.ts";
import { Failure } from "../cli/failure.ts";
import { projectFolder, startProgram } from "./child.ts";
import { hotSku, lastSku, lastUnits, skuCount, skuOf } from "./workload.ts";
import type { Watched } from "./process_sample.ts";

/** A fresh system of ours, started as a user starts it. */
export interface Ours {
  readonly url: string;
  readonly port: number;
  readonly key: string;
  readonly natsUrl: string;
  readonly natsToken: string;
  readonly databaseUrl: string;
  /** The processes to watch, by what they do. */
  readonly watch: readonly Watched[];
  /** From the command until it said that it is ready. */
  readonly startedInMs: number;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

const benchKey = "bench-key-without-any-rate-limit";
const readyMsMax = 300_000;
const patienceMs = 120_000;

/** Starts `waybill start` on a data folder; the user's own servers and settings stay out of it. `more`: set besides. */
export async function startOurs(dataDir: string, more: Readonly<Record<string, string>> = {}): Promise<Ours> {
  const port = await freePort();
  const startedAtMs = performance.now();
  const unset = ["NATS_URL", "NATS_TOKEN", "DATABASE_URL", "WAYBILL_SECRET", "WAYBILL_HOST"];
  const launcher = await startProgram({
    args: [join(projectFolder, "ops", "waybill.mjs"), "start"],
    env: {
      ...Object.fromEntries(unset.flatMap((name) => [[name, undefined], [`${name}_FILE`, undefined]])),
      WAYBILL_DATA: dataDir,
      WAYBILL_PORT: String(port),
      WAYBILL_BOOTSTRAP_KEY: benchKey,
      ...more,
    },
    readyLine: "Waybill is ready",
    readyMsMax,
  });
  const startedInMs = performance.now() - startedAtMs;
  const runtime = runtimeFile.parse(JSON.parse(await readFile(join(dataDir, "runtime.json"), "utf8")));
  const { natsUrl, natsToken, databaseUrl, pids } = runtime;
  const watch = Object.entries(pids).map(([name, { pid }]) => ({ name, pid }));
  const url = `http://127.0.0.1:${port}`;
  const { stop } = launcher;
  return { url, port, key: benchKey, natsUrl, natsToken, databaseUrl, watch, startedInMs, stop };
}

/** What the launcher tells of the system. */
const runtimeFile = z.object({
  natsUrl: z.string(),
  natsToken: z.string(),
  databaseUrl: z.string(),
  pids: z.record(z.string(), z.object({ pid: z.int() })),
});

/** Receives ample stock for every SKU that the workloads name, and the few units of W3. */
export async function stockOurs(ours: Target, skus = skuCount): Promise<void> {
  const lines = Array.from({ length: skus }, (_, index) => ({ sku: skuOf(index), quantity: ampleUnits }));
  const all = [{ sku: hotSku, quantity: ampleUnits }, { sku: lastSku, quantity: lastUnits }, ...lines];
  const client = newClient({ target: ours, patienceMs });
  for (let from = 0; from < all.length; from += linesPerReceipt) {
    const receipt = {
      location: "LON1",
      reference: `R-${from}`,
      lines: all.slice(from, from + linesPerReceipt),
    };
    const { status } = await client.decide("POST", "/v1/stock/receipts", receipt);
    if (status !== 201) throw new Failure(`Cannot receive stock: the answer is ${status}`);
  }
}

export const ampleUnits = 100_000_000;
const linesPerReceipt = 5_000;

export interface CatchUp {
  /** Turn records that the projections did not hold yet when the load ended. */
  readonly lagRecords: number;
  readonly catchUpSeconds: number;
}

const catchUpMsMax = 600_000;
/** The projections that follow EVENTS; another one follows PERSONAL. */
const ofEvents = [orders, stockLevels, actorIndex].map(schemaOf);
const positionRows = z.array(z.object({ sequence: z.coerce.number() }));

/** How far the projections are behind, and how long they take to hold everything. */
export async function awaitProjections(ours: Ours, run: string): Promise<CatchUp> {
  const sql = postgres(ours.databaseUrl, { max: 1 });
  const startedAtMs = performance.now();
  try {
    const client = newClient({ target: ours, patienceMs });
    // Refused for its size, so it changes nothing; its answer says where the log ends.
    const lines = [{ sku: lastSku, quantity: 1_000_000, unitPrice: "0" }];
    const order = { channel: "bench-probe", orderNumber: run, currency: "GBP", lines };
    const { position = "" } = await client.decide("POST", "/v1/orders", order);
    const wanted = parsePosition(position)?.get(0);
    if (wanted === undefined) throw new Failure(`Cannot read the position "${position}"`);
    const lagRecords = Math.max(0, wanted - 1 - await projected(sql));
    while (await projected(sql) < wanted) {
      if (performance.now() - startedAtMs > catchUpMsMax) {
        throw new Failure("Cannot go on: projections do not catch up");
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return { lagRecords, catchUpSeconds: (performance.now() - startedAtMs) / 1000 };
  } finally {
    await sql.end();
  }
}

/** The record that all projections hold. */
async function projected(sql: postgres.Sql): Promise<number> {
  const rows = positionRows.parse(
    await sql`select coalesce(min(sequence), 0) as sequence from waybill.positions
      where projection in ${sql(ofEvents)}`,
  );
  return rows[0]?.sequence ?? 0;
}
