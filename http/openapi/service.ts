import { type RouteConfig, z } from "@hono/zod-openapi";
import { always, html, refusals } from "./parts.ts";

const tags = ["Service"];

const readiness = z.object({ ready: z.boolean(), reasons: z.array(z.string()) }).openapi("Readiness");
const state = { "application/json": { schema: readiness } };
const liveness = { "application/json": { schema: z.object({ live: z.literal(true) }) } };
const anyJson = { "application/json": { schema: z.looseObject({}) } };

type Content = Record<string, { schema: z.ZodType }>;

/** A public call with nothing to say but itself. */
function get(path: string, operationId: string, summary: string, content: Content): RouteConfig {
  const responses = { 200: { description: "OK", content } };
  return { method: "get", path, operationId, summary, tags, security: [], responses };
}

/** The calls about the service itself. */
export const serviceOperations: readonly RouteConfig[] = [
  get("/livez", "live", "Is the process alive?", liveness),
  {
    method: "get",
    path: "/readyz",
    operationId: "ready",
    summary: "Can it take requests?",
    tags,
    security: [],
    responses: {
      200: { description: "Yes.", content: state },
      503: { description: "No, for these reasons.", content: state },
    },
  },
  {
    method: "get",
    path: "/metrics",
    operationId: "metrics",
    summary: "Metrics as Prometheus text",
    description: "Without a key from the same machine, with the scope `operate` from elsewhere.",
    tags,
    security: [{}, { key: ["operate"] }],
    responses: {
      200: { description: "Prometheus text.", content: { "text/plain": { schema: z.string() } } },
      ...refusals(...always, "not-found"),
    },
  },
  get("/openapi.json", "description", "This description", anyJson),
  get("/docs", "reference", "This description as a page", html),
  get("/problems", "problems", "All kinds of problems", html),
  {
    method: "get",
    path: "/problems/{name}",
    operationId: "problem",
    summary: "What a problem means",
    tags,
    security: [],
    request: { params: z.object({ name: z.string().openapi({ example: "insufficient-stock" }) }) },
    responses: { 200: { description: "The page.", content: html }, ...refusals("not-found") },
  },
];
