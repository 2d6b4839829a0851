import process from "node:process";
import { connectJetStream } from "../../../streams/broker/jetstream.ts";
import { systemRuntime } from "../../../streams/system_runtime.ts";
import { readConfig } from "../../config.ts";
import { type Caller, callerOf } from "../../e2e/caller.ts";
import { freePort } from "../../local/ports.mjs";
import { createLogger } from "../../logging.ts";
import { initLog } from "../../run/open_log.ts";
import { type Role, runRoles } from "../../run/roles.ts";
import { startTestNats } from "../../testing/nats.ts";
import { type CollectedSpan, startCollector } from "../../testing/otlp_collector.ts";
import { testDatabase } from "../../testing/postgres.ts";

const key = "bootstrap-key-of-the-test";

/** A system in this process with a real log, a real database, and a collector of its spans. */
export interface TracedSystem {
  readonly shop: Caller;
  readonly spans: readonly CollectedSpan[];
  /** What a process of this system is told, by the names that a user knows. */
  readonly env: Readonly<Record<string, string>>;
  start(): Promise<void>;
  /** Ends its roles, which sends the last spans. */
  stop(): Promise<void>;
  /** Stops it, with all that it stored. */
  close(): Promise<void>;
}

export async function openTracedSystem(
  roles: readonly Role[],
  more: Readonly<Record<string, string>> = {},
  partitions = 1,
): Promise<TracedSystem> {
  const [nats, database, collector] = await Promise.all([startTestNats(), testDatabase(), startCollector()]);
  await makeLog(nats.url, partitions);
  const port = await freePort(), url = `http://127.0.0.1:${port}`;
  // The SDK reads its own variables, as it does for a user.
  const otel = {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
    OTEL_BSP_SCHEDULE_DELAY: "100",
  };
  const env = {
    ...{ ...otel, NATS_URL: nats.url, DATABASE_URL: database.url },
    ...{ WAYBILL_PORT: String(port), WAYBILL_BOOTSTRAP_KEY: key, WAYBILL_SECRET: "secret-of-the-test" },
    ...{ WAYBILL_PUBLIC_URL: url, ...more },
  };
  let end: (() => Promise<void>) | undefined;
  const start = async () => {
    Object.assign(process.env, otel);
    const read = readConfig(env, () => "");
    if (!read.ok) throw new Error(read.problems.join());
    const stopping = new AbortController(), log = createLogger({ level: "silent", role: "test" });
    const running = runRoles(roles, read.config, log, stopping.signal);
    end = async () => {
      stopping.abort();
      await running;
    };
    await Promise.race([until(async () => (await fetch(`${url}/readyz`)).ok), running]);
  };
  const stop = async () => {
    await end?.();
    end = undefined;
    for (const name of Object.keys(otel)) delete process.env[name];
  };
  const close = async () => {
    await stop();
    await Promise.all([collector.stop(), database.drop(), nats.stop()]);
  };
  return { shop: callerOf({ url, key }), spans: collector.spans, env, start, stop, close };
}

async function makeLog(servers: string, partitions: number): Promise<void> {
  const broker = await connectJetStream({ servers, name: "log" });
  await initLog(broker, systemRuntime("test"), { partitions, replicas: 1 });
  await broker.close();
}

export async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  const giveUpAtMs = Date.now() + 60_000;
  for (;;) {
    try {
      if (await holds()) return;
    } catch (error) {
      if (Date.now() > giveUpAtMs) throw error;
    }
    if (Date.now() > giveUpAtMs) throw new Error("Cannot go on: what was waited for did not happen");
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** A caller's trace context. */
export const callerOfTrace = (traceId: string) => ({ traceparent: `00-${traceId}-b7ad6b7169203331-01` });

/** The spans of one trace as `parent > child`, each once; the caller's is `b7ad6b7169203331`. */
export function treeOf(spans: readonly CollectedSpan[], traceId: string): Set<string> {
  const ours = spans.filter((span) => span.traceId === traceId);
  const nameOf = (id: string | undefined) => ours.find((span) => span.spanId === id)?.name ?? id;
  return new Set(ours.map((span) => `${nameOf(span.parentSpanId)} > ${span.name}`));
}

/** What a span says of itself, by name. */
export const attributesOf = ({ attributes = [] }: CollectedSpan): Record<string, string> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, String(Object.values(value)[0])]));
