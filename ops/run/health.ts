import { Hono } from "hono";
import { z } from "zod";
import type { Readiness } from "../../http/edge.ts";
import { serve } from "../../http/serve.ts";
import type { Shared } from "./role.ts";

/** Why this process does not work yet, or any more. */
export function readinessOf({ broker, unready }: Shared): Readiness {
  const reasons = unready.flatMap((reasonsOf) => reasonsOf());
  if (!broker.connected()) reasons.unshift("no connection to NATS");
  return { ready: reasons.length === 0, reasons };
}

const neighbourMsMax = 1_000;
const told = z.object({ reasons: z.array(z.string()) });

/** This process and those beside it that it cannot do without: each tells its readiness at its URL. */
export async function readinessWith(shared: Shared): Promise<Readiness> {
  const own = readinessOf(shared);
  const others = await Promise.all(shared.config.readyWith.map(reasonsAt));
  const reasons = [...own.reasons, ...others.flat()];
  return { ready: reasons.length === 0, reasons };
}

async function reasonsAt(url: string): Promise<readonly string[]> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(neighbourMsMax) });
    const body: unknown = await answer.json();
    if (answer.ok) return [];
    const parsed = told.safeParse(body);
    return parsed.success && parsed.data.reasons.length > 0
      ? parsed.data.reasons
      : [`${url}: ${answer.status}`];
  } catch (error) {
    return [`${url}: ${error instanceof Error ? error.message : String(error)}`];
  }
}

export interface Health {
  stop(): Promise<void>;
}

const graceMs = 500;

/** /livez, /readyz and /metrics of a process that faces nobody. */
export async function serveHealth(shared: Shared, port: number): Promise<Health> {
  const app = new Hono();
  app.get("/livez", (c) => c.json({ live: true }));
  app.get("/readyz", (c) => {
    const readiness = readinessOf(shared);
    return c.json(readiness, readiness.ready ? 200 : 503);
  });
  app.get("/metrics", async (c) => c.text(await shared.telemetry.prometheusText()));
  const server = await serve(app, { port, hostname: shared.config.healthHost });
  return { stop: () => server.stop(graceMs) };
}
