/**
 * The baselines' HTTP edge, a process of its own on Node: `baseline_server.ts transaction|function POOL PORT`, `DATABASE_URL` from
 * the environment. Prints `ready` once it listens.
 */
import { serve } from "@hono/node-server";
import { type Context, Hono } from "hono";
import process from "node:process";
import postgres from "postgres";
import { placeByFunction } from "./baseline_function.ts";
import { answerOf, orderBody, type Place, type Placed, priceOrder } from "./baseline_order.ts";
import { placeByTransaction } from "./baseline_transaction.ts";

export function baselineApp(place: Place): Hono {
  const app = new Hono();
  app.post("/v1/orders", async (c) => {
    const text = await c.req.text();
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      return problem(c, 400, { title: "Cannot read the body: it is no JSON" });
    }
    const parsed = orderBody.safeParse(json);
    if (!parsed.success) {
      return problem(c, 422, { title: "Cannot accept the order", errors: parsed.error.issues });
    }
    const order = priceOrder(parsed.data, text);
    return translate(c, order, await place(order));
  });
  return app;
}

function translate(c: Context, order: ReturnType<typeof priceOrder>, placed: Placed): Response {
  switch (placed.kind) {
    case "confirmed":
      return c.json(answerOf(order, placed.orderId), 201);
    case "replayed":
      return c.json(answerOf(order, placed.orderId), 201, { "Idempotent-Replayed": "true" });
    case "short":
      if (placed.replayed) c.header("Idempotent-Replayed", "true");
      return problem(c, 409, { title: "Cannot confirm: insufficient stock", errors: placed.shortages });
    case "other_body":
      return problem(c, 422, { title: "Cannot accept the order: its number was used with another body" });
  }
}

function problem(c: Context, status: 400 | 409 | 422, body: object): Response {
  return c.body(JSON.stringify({ status, ...body }), status, { "Content-Type": "application/problem+json" });
}

function main(method: string, pool: string, port: string): void {
  const url = process.env["DATABASE_URL"];
  if (url === undefined) throw new Error("Cannot start the baseline: DATABASE_URL is not set");
  const sql = postgres(url, { max: Number(pool), onnotice: () => {} });
  const place = method === "function" ? placeByFunction(sql) : placeByTransaction(sql);
  serve(
    { fetch: baselineApp(place).fetch, port: Number(port), hostname: "127.0.0.1" },
    () => console.log("ready"),
  );
}

const [method, pool, port] = process.argv.slice(2);
if (process.argv[1]?.endsWith("baseline_server.ts") && method && pool && port) main(method, pool, port);
