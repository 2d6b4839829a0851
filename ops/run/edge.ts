import { Buffer } from "node:buffer";
import { createApp } from "../../http/app.ts";
import { fingerprinter } from "../../http/fingerprint.ts";
import type { CarrierDesk } from "../../http/routes/callbacks.ts";
import { openPreferences } from "../../http/notifications/preferences.ts";
import type { NotificationDesk } from "../../http/routes/notifications.ts";
import { isLoopback, serve } from "../../http/serve.ts";
import { trackingDesk } from "../../http/tracking/desk.ts";
import { openDatabase, type Sql } from "../../projections/database.ts";
import { migrate } from "../../projections/migrate.ts";
import { findAudience } from "../../projections/outbox/audience.ts";
import { openInbox } from "../../projections/outbox/inbox.ts";
import { postgresQueries } from "../../projections/postgres_queries.ts";
import { loadStockRows, stockGeneration } from "../../projections/stock_rows.ts";
import { RenewedStockView } from "../../projections/renewed_stock.ts";
import { LogNews } from "../../projections/log_news.ts";
import { LiveStockView, type LoadStock } from "../../projections/stock_view.ts";
import { watchApiKeys } from "../../streams/edge/api_keys.ts";
import { type Asker, createAsk } from "../../streams/edge/ask.ts";
import { createCallbackStore } from "../../streams/callbacks/callback_store.ts";
import { Failure } from "../cli/failure.ts";
import { CarriersHeard } from "../console/carriers_heard.ts";
import { asyncApi } from "../schema/asyncapi.ts";
import { traceKeeping } from "../telemetry/callback_trace.ts";
import { observeCallbacks, observeSettings } from "../telemetry/carrier_observer.ts";
import { instrumentApp } from "../telemetry/instrument_app.ts";
import { instrumentAsk } from "../telemetry/instrument_ask.ts";
import { observeStock, readingTroubles } from "../telemetry/reader_observer.ts";
import { logosOf } from "../logos.ts";
import { version } from "../version.ts";
import { authenticator } from "./authenticate.ts";
import { openCarriers, openSecrets } from "./carriers.ts";
import { openConsole } from "./console.ts";
import { readinessWith } from "./health.ts";
import { watchPages } from "./page_views.ts";
import { databaseOf, endless, type Running, type Shared } from "./role.ts";
import { expectKnownSecret } from "./known_secret.ts";
import { describeSellers } from "./sellers.ts";
import { openWebhookDesk } from "./webhooks.ts";

/** Requests that run when the edge is told to stop get this long. */
const graceMs = 8_000;

/** Faces the world: HTTP in, commands out, reads from rows and from memory. */
export async function startEdge(shared: Shared): Promise<Running> {
  const { config, runtime, telemetry, measure, log } = shared, secret = await secretOf(shared);
  const { sql, queries, stock, keys, news } = await openReads(shared);
  const asker = openAsker(shared), { carriers, heard } = await openDesk(shared);
  const consoled = openConsole(shared, { keys, heard, secret });
  const webhooks = await openWebhookDesk(shared, sql);
  const closing = new AbortController(), watched = watchPages(shared, queries.tracking, { sql, closing });
  const app = createApp({
    ask: instrumentAsk(asker.ask, telemetry, measure),
    queries,
    stock,
    authenticate: authenticator(config.bootstrapKey, (token) => keys.authenticate(token)),
    nowMs: runtime.nowMs,
    fingerprint: fingerprinter(secret),
    ...stateOf(shared),
    isLoopback,
    ...shopOf(shared),
    carriers,
    ...messagesOf(shared, sql),
    webhooks: webhooks.desk,
    console: consoled.desk,
    tracking: { desk: trackingDesk(watched, carriers.adapters), branding: config.branding, news },
    telemetry: instrumentApp(telemetry, measure),
    closing: closing.signal,
  });
  describeMessages(app);
  observeStock(measure, { asOfMs: () => stock.asOfMs(), nowMs: runtime.nowMs });
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
      await consoled.close();
      await sql.end({ timeout: 5 });
    },
  };
}

/** What the edge says of itself. */
function stateOf(shared: Shared) {
  return {
    readiness: () => readinessWith(shared),
    isReadOnly: () => shared.switches.isOn("read-only"),
    metrics: () => shared.telemetry.prometheusText(),
    report: (err: unknown, requestId: string) =>
      shared.log.error({ err, requestId }, "a request failed by a defect"),
  };
}

/** Who sells, how long it takes goods back, and where customers see it. */
function shopOf({ config: { sellers, publicUrl, returnWindowMs } }: Shared) {
  const withLogos = { of: sellers.of, logoOf: logosOf(sellers) };
  return {
    sellers: withLogos,
    ...(returnWindowMs !== undefined && { returnWindowMs }),
    ...(publicUrl !== undefined && { publicUrl }),
  };
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

async function secretOf(shared: Shared): Promise<Uint8Array> {
  const { secret } = shared.config;
  if (secret === undefined) {
    throw new Failure(
      "Cannot run the edge: WAYBILL_SECRET is not set (it keys the fingerprints of requests)",
    );
  }
  await expectKnownSecret(shared, secret);
  return Buffer.from(secret);
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
async function openDesk({ broker, runtime, telemetry, measure, log }: Shared) {
  const store = traceKeeping(createCallbackStore({ broker, runtime }), telemetry);
  const heard = new CarriersHeard(runtime.nowMs);
  const observed = heard.beside(observeCallbacks(measure, log));
  const { adapters, problems } = await openCarriers(), proven = openSecrets([...adapters.keys()]);
  observeSettings(measure, log, { reading: problems, proof: proven.problems });
  const { newId } = runtime, { secretsOf } = proven;
  const carriers: CarrierDesk = { adapters, secretsOf, store, newId, observed };
  return { carriers, heard };
}

/** What the edge answers from: rows, its memory of stock, and the keys that may ask. */
async function openReads(shared: Shared) {
  const { broker, runtime, map, log } = shared, url = databaseOf(shared);
  await migrate(url, { waiting: (reason) => log.warn({ reason }, "migrating waits") });
  const sql = openDatabase({ url, name: "waybill edge" });
  const news = new LogNews(), stock = openStock(shared, sql, news);
  map.watch(() => stock.follow(map.current.partitions));
  return { sql, queries: postgresQueries(sql, runtime), stock, news, keys: await watchApiKeys(broker) };
}

/** Made anew after a rebuild of the rows that it began with. */
function openStock({ broker, runtime, map, measure, log }: Shared, sql: Sql, listener: LogNews) {
  const observer = readingTroubles(measure, log, "projector");
  const loadRows: LoadStock = (sums) => loadStockRows(sql, sums);
  const open = () =>
    new LiveStockView({ listener, broker, runtime, loadRows, partitions: map.current.partitions, observer });
  return new RenewedStockView({ open, generation: () => stockGeneration(sql), runtime });
}
