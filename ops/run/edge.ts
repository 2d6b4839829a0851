import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { createApp } from "../../http/app.ts";
import type { EdgeDeps, Readiness } from "../../http/edge.ts";
import { isScope, type Principal, scopes } from "../../http/principal.ts";
import { serve } from "../../http/serve.ts";
import { migrate, openDatabase } from "../../projections/database.ts";
import { postgresQueries } from "../../projections/postgres_queries.ts";
import { LiveStockView } from "../../projections/stock_view.ts";
import { type ApiKey, watchApiKeys } from "../../streams/edge/api_keys.ts";
import { createAsk } from "../../streams/edge/ask.ts";
import { Failure } from "../cli/failure.ts";
import { asyncApi } from "../schema/asyncapi.ts";
import { instrumentApp } from "../telemetry/instrument_app.ts";
import { instrumentAsk } from "../telemetry/instrument_ask.ts";
import { readingTroubles } from "../telemetry/reader_observer.ts";
import { version } from "../version.ts";
import { endless, type Running, type Shared } from "./role.ts";

/** Requests that run when the edge is told to stop get this long. */
const graceMs = 8_000;

/** Faces the world: HTTP in, commands out, reads from rows and from memory. */
export async function startEdge(shared: Shared): Promise<Running> {
  const { config, broker, runtime, map, telemetry, measure, log } = shared;
  if (config.secret === undefined) {
    throw new Failure(
      "Cannot run the edge: WAYBILL_SECRET is not set (it keys the fingerprints of requests)",
    );
  }
  await migrate(config.databaseUrl);
  const sql = openDatabase({ url: config.databaseUrl, name: "waybill edge" });
  const queries = postgresQueries(sql);
  const partitions = Array.from({ length: map.count }, (_, partition) => partition);
  const observer = readingTroubles(measure, log, "projector");
  const stock = new LiveStockView({ broker, sql, partitions, observer });
  const keys = await watchApiKeys(broker);
  const { partitionOf } = map, { nowMs, newId } = runtime;
  const asker = createAsk({ broker, edgeId: newId(), partitionOf: (id) => partitionOf(id), nowMs, newId });
  const closing = new AbortController();
  const app = createApp({
    ask: instrumentAsk(asker.ask, telemetry, measure),
    queries,
    stock,
    authenticate: authenticator(config.bootstrapKey, (token) => keys.authenticate(token)),
    nowMs,
    fingerprint: fingerprinter(config.secret),
    readiness: () => Promise.resolve(readinessOf(shared)),
    isLoopback,
    metrics: () => telemetry.prometheusText(),
    report: (error, requestId) => log.error({ err: error, requestId }, "a request failed by a defect"),
    telemetry: instrumentApp(telemetry, measure),
    closing: closing.signal,
  });
  const document = asyncApi(version);
  app.get("/asyncapi.json", (c) => c.json(document));
  let stopping = false;
  const following = stock.run();
  const server = await serve(app, { port: config.port, hostname: config.host });
  log.info({ host: server.hostname, port: server.port }, "listening");
  return {
    failed: Promise.race([
      endless(following, "the view of stock", () => stopping),
      endless(keys.ended, "the directory of API keys", () => stopping),
    ]),
    stop: async () => {
      stopping = true;
      closing.abort();
      await server.stop(graceMs);
      asker.stop();
      stock.stop();
      await Promise.allSettled([following, keys.stop()]);
      await queries.close();
      await sql.end({ timeout: 5 });
    },
  };
}

/** Not ready: no log, or a partition in this process that does not answer. Without Postgres orders are still taken. */
function readinessOf({ broker, unready }: Shared): Readiness {
  const reasons = unready.flatMap((reasonOf) => reasonOf() ?? []);
  if (!broker.connected()) reasons.unshift("no connection to NATS");
  return { ready: reasons.length === 0, reasons };
}

function fingerprinter(secret: string): EdgeDeps["fingerprint"] {
  return (canonical) => createHmac("sha256", secret).update(canonical).digest("base64url");
}

function authenticator(bootstrapKey: string | undefined, find: (token: string) => ApiKey | undefined) {
  const bootstrap: Principal = { keyId: "bootstrap", scopes: new Set(scopes), requestsPerSecondMax: null };
  const digest = (token: string) => createHash("sha256").update(token).digest();
  const expected = bootstrapKey === undefined ? undefined : digest(bootstrapKey);
  return (token: string): Principal | undefined => {
    if (expected && timingSafeEqual(digest(token), expected)) return bootstrap;
    const key = find(token);
    return key && principalOf(key);
  };
}

function principalOf({ keyId, channel, requestsPerSecondMax, ...key }: ApiKey): Principal {
  const granted = new Set(key.scopes.filter(isScope));
  return { keyId, scopes: granted, requestsPerSecondMax, ...(channel === undefined ? {} : { channel }) };
}

/** True when the request came over the loopback interface; the argument is what the server says of the connection. */
function isLoopback(server: unknown): boolean {
  const address = addressOf(server);
  return address !== undefined && /^(::ffff:)?127\.|^::1$/.test(address);
}

function addressOf(server: unknown): string | undefined {
  if (typeof server !== "object" || server === null) return undefined;
  if ("remoteAddr" in server && typeof server.remoteAddr === "object" && server.remoteAddr !== null) {
    const { remoteAddr } = server;
    return "hostname" in remoteAddr && typeof remoteAddr.hostname === "string"
      ? remoteAddr.hostname
      : undefined;
  }
  if ("incoming" in server && typeof server.incoming === "object" && server.incoming !== null) {
    const { incoming } = server;
    const socket = "socket" in incoming && typeof incoming.socket === "object" ? incoming.socket : undefined;
    return socket && "remoteAddress" in socket && typeof socket.remoteAddress === "string"
      ? socket.remoteAddress
      : undefined;
  }
  return undefined;
}
