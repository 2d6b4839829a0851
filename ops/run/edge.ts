import { Buffer } from "node:buffer";
import { createApp } from "../../http/app.ts";
import { fingerprinter } from "../../http/fingerprint.ts";
import type { CarrierDesk } from "../../http/routes/callbacks.ts";
import { openPreferences } from "../../http/notifications/preferences.ts";
import type { NotificationDesk } from "../../http/routes/notifications.ts";
import { isLoopback, serve } from "../../http/serve.ts";
import { trackingDesk } from "../../http/tracking/desk.ts";
import { migrate, openDatabase, type Sql } from "../../projections/database.ts";
import { findAudience } from "../../projections/outbox/audience.ts";
import { openInbox } from "../../projections/outbox/inbox.ts";
import { postgresQueries } from "../../projections/postgres_queries.ts";
import { loadStockRows } from "../../projections/stock_rows.ts";
import { LogNews } from "../../projections/log_news.ts";
import { LiveStockView } from "../../projections/stock_view.ts";
import { watchApiKeys } from "../../streams/edge/api_keys.ts";
import { type Asker, createAsk } from "../../streams/edge/ask.ts";
import { createCallbackStore } from "../../streams/callbacks/callback_store.ts";
import { Failure } from "../cli/failure.ts";
import { asyncApi } from "../schema/asyncapi.ts";
import { observeCallbacks, observeSettings } from "../telemetry/carrier_observer.ts";
import { instrumentApp } from "../telemetry/instrument_app.ts";
import { instrumentAsk } from "../telemetry/instrument_ask.ts";
import { readingTroubles } from "../telemetry/reader_observer.ts";
import { version } from "../version.ts";
import { authenticator } from "./authenticate.ts";
import { openCarriers, openSecrets } from "./carriers.ts";
import { readinessWith } from "./health.ts";
import { watchPages } from "./page_views.ts";
import { databaseOf, endless, type Running, type Shared } from "./role.ts";
import { describeSellers } from "./sellers.ts";
import { openWebhookDesk } from "./webhooks.ts";

/** Requests that run when the edge is told to stop get this long. */
const graceMs = 8_000;

/** Faces the world: HTTP in, commands out, reads from rows and from memory. */
export async function startEdge(shared: Shared): Promise<Running> {
  const { config, runtime, telemetry, measure, log } = shared, secret = secretOf(shared);
  const { sql, queries, stock, keys, news } = await openReads(shared);
  const asker = openAsker(shared), carriers = await openDesk(shared);
  const webhooks = await openWebhookDesk(shared, sql);
  const closing = new AbortController(), watched = watchPages(shared, queries.tracking, { sql, closing });
  const app = createApp({
    ask: instrumentAsk(asker.ask, telemetry, measure),
    queries,
    stock,
    authenticate: authenticator(config.bootstrapKey, (token) => keys.authenticate(token)),
    nowMs: runtime.nowMs,
    fingerprint: fingerprinter(secret),
    readiness: () => readinessWith(shared),
    isLoopback,
    ...shopOf(shared),
    carriers,
    ...messagesOf(shared, sql),
    webhooks: webhooks.desk,
    tracking: { desk: trackingDesk(watched, carriers.adapters), branding: config.branding, news },
    metrics: () => telemetry.prometheusText(),
    report: (error, requestId) => log.error({ err: error, requestId }, "a request failed by a defect"),
    telemetry: instrumentApp(telemetry, measure),
    closing: closing.signal,
  });
  describeMessages(app);
  const following = stock.run();
  const server = await serve(app, { port: config.port, hostname: config.host });
  log.info({ host: server.hostname, port: server.port }, "listening");
  void describeSellers(shared, config.sellers.all, { ask: asker.ask, signal: closing.signal });
  return {
    failed: Promise.race([
      endless(following, "the view of stock", () => closing.signal.aborted),
      endless(keys.ended, "the directory of API keys", () => closing.signal.aborted),
      endless(webhooks.directory.ended, "the directory of webhook endpoints", () => closing.signal.aborted),
    ]),
    stop: async () => {
      closing.abort();
      await server.stop(graceMs);
      asker.stop();
      carriers.store.stop();
      stock.stop();
      await Promise.allSettled([following, keys.stop(), webhooks.directory.stop()]);
      await queries.close();
      await sql.end({ timeout: 5 });
    },
  };
}

/** Who sells, and where customers see it. */
function shopOf({ config: { sellers, publicUrl } }: Shared) {
  return { sellers, ...(publicUrl !== undefined && { publicUrl }) };
}

/** What customers say of their messages, and in development the messages. */
function messagesOf({ broker, runtime, config: { notifications } }: Shared, sql: Sql) {
  const { pushKey, outgoingPrivate, inbox } = notifications;
  const desk: NotificationDesk = {
    preferences: openPreferences(broker, runtime),
    audience: (key) => findAudience(sql, key),
    outgoingPrivate,
    ...(pushKey !== undefined && { pushKey }),
  };
  return { notifications: desk, ...(inbox && { devInbox: openInbox(sql) }) };
}

function secretOf({ config: { secret } }: Shared): Uint8Array {
  if (secret !== undefined) return Buffer.from(secret);
  throw new Failure("Cannot run the edge: WAYBILL_SECRET is not set (it keys the fingerprints of requests)");
}

function openAsker({ broker, runtime, map }: Shared): Asker {
  const edgeId = runtime.newId();
  let asked = 0;
  const newId = () => `${edgeId}.${(++asked).toString(36)}`; // The edge's own is unique: a count is enough.
  return createAsk({ broker, edgeId, partitionOf: (id) => map.current.partitionOf(id), runtime, newId });
}

function describeMessages(app: ReturnType<typeof createApp>): void {
  const document = asyncApi(version);
  app.get("/asyncapi.json", (c) => c.json(document));
}

/** Where carriers call back. */
async function openDesk({ broker, runtime, measure, log }: Shared): Promise<CarrierDesk> {
  const store = createCallbackStore({ broker, runtime }), observed = observeCallbacks(measure, log);
  const { adapters, problems } = await openCarriers(), proven = openSecrets([...adapters.keys()]);
  observeSettings(measure, log, { reading: problems, proof: proven.problems });
  return { adapters, secretsOf: proven.secretsOf, store, newId: runtime.newId, observed };
}

/** What the edge answers from: rows, its memory of stock, and the keys that may ask. */
async function openReads(shared: Shared) {
  const { broker, runtime, map, measure, log } = shared, url = databaseOf(shared);
  await migrate(url);
  const sql = openDatabase({ url, name: "waybill edge" });
  const { partitions } = map.current;
  const observer = readingTroubles(measure, log, "projector");
  const news = new LogNews();
  const stock = new LiveStockView({
    listener: news,
    broker,
    runtime,
    loadRows: (sums) => loadStockRows(sql, sums),
    partitions,
    observer,
  });
  map.watch(() => stock.follow(map.current.partitions));
  return { sql, queries: postgresQueries(sql, runtime), stock, news, keys: await watchApiKeys(broker) };
}
