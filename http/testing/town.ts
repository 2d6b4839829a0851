import { actorsByKind } from "../../actors/registry.ts";
import { LiveStockView } from "../../projections/stock_view.ts";
import { type MemoryOptions, MemoryServer } from "../../streams/broker/memory.ts";
import { type AskLimits, createAsk } from "../../streams/edge/ask.ts";
import type { Question } from "../../streams/edge/asking.ts";
import { PartitionHost, partitionLimits } from "../../streams/host/partition_host.ts";
import { unwatched } from "../../streams/host/observer.ts";
import { streamNames } from "../../streams/record.ts";
import { ensureStreams } from "../../streams/streams.ts";
import { openWebhookEndpoints, watchWebhookEndpoints } from "../../streams/edge/webhook_endpoints.ts";
import { createApp } from "../app.ts";
import { endpointDesk } from "../webhooks/endpoint_desk.ts";
import { sealer } from "../webhooks/sealing.ts";
import type { EdgeDeps } from "../edge.ts";
import { fingerprinter } from "../fingerprint.ts";
import type { EdgeLimits } from "../limits.ts";
import { type Principal, type Scope, scopes } from "../principal.ts";
import { trackingDesk } from "../tracking/desk.ts";
import type { Branding } from "../tracking/view.ts";
import { LogQueries } from "./log_queries.ts";
import { MemoryDeliveries } from "./memory_deliveries.ts";
import { told } from "./told.ts";
import type { Runtime } from "../../streams/runtime.ts";
import { systemRuntime } from "../../streams/system_runtime.ts";
import { evenPartitions } from "../../streams/partition_map.ts";

export interface TownOptions {
  readonly limits?: Partial<EdgeLimits>;
  readonly askLimits?: Partial<AskLimits>;
  readonly server?: MemoryOptions;
  readonly deps?: Partial<EdgeDeps>;
  /** Whose tracking pages are shown: of the town's own parcels. */
  readonly branding?: Branding;
  /** Instead of the real ones of their kinds. */
  readonly actors?: typeof actorsByKind;
  /** Without one, commands are accepted and nothing is decided until `startHost`. */
  readonly host?: boolean;
}

/** The keys of the town: `all` may do everything, the others are named by what they are for. */
export const keys = new Map<string, Principal>([
  ["all", principal("all", scopes)],
  ["web", { ...principal("web", scopes), channel: "web" }],
  ["shop", { ...principal("shop", scopes), channel: "shop" }],
  ["reader", principal("reader", ["orders:read", "stock:read"])],
  ["warehouse", principal("warehouse", ["stock:read", "stock:write"])],
  ["slow", { ...principal("slow", scopes), requestsPerSecondMax: 2 }],
]);

function principal(keyId: string, allowed: readonly Scope[]): Principal {
  return { keyId, scopes: new Set(allowed), requestsPerSecondMax: null };
}

/** A test that wants an answer waits for it, however long the machine makes it; those that want none say so. */
const patient = { patienceMs: 30_000, positionWaitMsMax: 30_000, listWaitMsMax: 30_000 };

/** A whole system in one process: the real actors, host, intake and edge, on the in-memory model of the log. */
export async function openTown(options: TownOptions = {}) {
  const clock = { aheadMs: 0 };
  const real = systemRuntime("test"), nowMs = () => real.nowMs() + clock.aheadMs;
  const runtime = { ...real, nowMs };
  const server = new MemoryServer({ nowMs, ...options.server });
  const broker = server.connect();
  await ensureStreams(broker, 1);
  const limits = options.askLimits ?? {}, partitionOf = () => 0;
  const asker = createAsk({ broker, edgeId: "edge", partitionOf, runtime, newId: real.newId, limits });
  const queries = new LogQueries(server.connect(), runtime);
  const stock = new LiveStockView({
    broker: server.connect(),
    runtime,
    partitions: evenPartitions(1).partitions,
  });
  const webhooks = await openWebhooks(server, runtime);
  const parts = { ask: asker.ask, queries, stock, nowMs, webhooks: webhooks.desk };
  const { app, asked, reports, elsewhere } = edgesOf(options, parts);
  const reading = [queries.run(), stock.run()];
  const host = hostOn(server, runtime, options.actors);
  if (options.host !== false) host.start();
  const close = async () => {
    await host.stop();
    asker.stop();
    await queries.stop();
    stock.stop();
    await webhooks.stop();
    await Promise.all(reading);
    await broker.close();
  };
  const settled = () => caughtUp(server, queries), { ask } = asker, { start: startHost } = host;
  return {
    app,
    ask,
    asked,
    clock,
    queries,
    reports,
    server,
    settled,
    startHost,
    deliveries: webhooks.desk.deliveries,
    call: caller(app),
    elsewhere,
    close,
  };
}

async function openWebhooks(server: MemoryServer, runtime: Runtime) {
  const broker = server.connect(), directory = await watchWebhookEndpoints(broker), { nowMs } = runtime;
  const endpoints = endpointDesk({
    ...{ endpoints: openWebhookEndpoints(broker, runtime), directory, nowMs },
    sealer: sealer(new TextEncoder().encode("secret")),
    eventsEnd: async () => (await broker.info(streamNames.events)).lastSequence,
  });
  return {
    desk: { endpoints, deliveries: new MemoryDeliveries(), allowPrivate: false },
    stop: directory.stop,
  };
}

/** Two edges that work with the same: `elsewhere` calls the one that has not written what the other has. */
function edgesOf(
  options: TownOptions,
  parts: Pick<EdgeDeps, "ask" | "stock" | "nowMs" | "webhooks"> & { readonly queries: LogQueries },
) {
  const asked: Question[] = [], reports: unknown[] = [], { branding } = options;
  const deps: EdgeDeps = {
    ...parts,
    ask: (question) => {
      asked.push(question);
      return parts.ask(question);
    },
    report: (error) => void reports.push(error),
    ...fixedDeps,
    limits: { eventPollMs: 10, ...patient, ...options.limits },
    ...(branding && { tracking: { desk: trackingDesk(parts.queries.tracking, new Map()), branding } }),
    ...options.deps,
  };
  return { app: createApp(deps), asked, reports, elsewhere: caller(createApp(deps)) };
}

/** Waits until the rows hold everything that has happened. */
async function caughtUp(server: MemoryServer, queries: LogQueries): Promise<void> {
  const { lastSequence } = await server.connect().info(streamNames.events);
  await queries.reached(new Map([[0, lastSequence]]), 5_000);
}
export type Town = Awaited<ReturnType<typeof openTown>>;

const fixedDeps = {
  authenticate: (token) => keys.get(token),
  fingerprint: fingerprinter(new TextEncoder().encode("secret")),
  readiness: () => Promise.resolve({ ready: true, reasons: [] }),
  isLoopback: () => false,
} satisfies Partial<EdgeDeps>;

function hostOn(server: MemoryServer, real: Runtime, instead: typeof actorsByKind = {}) {
  const runtime: Runtime = { ...real, sleep: (ms) => real.sleep(Math.min(ms, 10)) };
  const actors = { ...actorsByKind, ...instead };
  const limits = { ...partitionLimits, tickMs: 5 };
  const broker = server.connect();
  const host = new PartitionHost({ broker, runtime, observer: unwatched, actors, name: "host", limits }, 0);
  let hosting: Promise<unknown> | undefined;
  return {
    start: () => void (hosting ??= host.run()),
    stop: async () => {
      host.stop();
      await hosting;
    },
  };
}

/** One request as JSON, with the key `all` unless the headers say otherwise. */
function caller(app: ReturnType<typeof createApp>) {
  return async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const sent = typeof body === "string" ? body : JSON.stringify(body);
    const json: Record<string, string> = body === undefined ? {} : { "content-type": "application/json" };
    const response = await app.request(path, {
      method,
      headers: { authorization: "Bearer all", ...json, ...headers },
      ...(body === undefined ? {} : { body: sent }),
    });
    return await told(response);
  };
}

/** An order of 1 of each of these SKUs. */
export function orderOf(orderNumber: string, skus: readonly string[], rest: Record<string, unknown> = {}) {
  return {
    channel: "web",
    orderNumber,
    currency: "GBP",
    lines: skus.map((code) => ({ sku: code, quantity: 1, unitPrice: "2.50", taxRate: "0.20" })),
    ...rest,
  };
}
