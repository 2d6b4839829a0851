import { type OpenAPIHono, z } from "@hono/zod-openapi";
import { always, refusals } from "./parts.ts";

type Registry = OpenAPIHono["openAPIRegistry"];

const tags = ["Service"];
const html = { "text/html": { schema: z.string() } };

/** The calls about the service itself. */
export function describeService(registry: Registry): void {
  const readiness = z.object({ ready: z.boolean(), reasons: z.array(z.string()) }).openapi("Readiness");
  const state = { "application/json": { schema: readiness } };
  const get = (
    path: string,
    operationId: string,
    summary: string,
    content: Record<string, { schema: z.ZodType }>,
  ) =>
    registry.registerPath({
      method: "get",
      path,
      operationId,
      summary,
      tags,
      security: [],
      responses: { 200: { description: "OK", content } },
    });
  get("/livez", "live", "Is the process alive?", {
    "application/json": { schema: z.object({ live: z.literal(true) }) },
  });
  registry.registerPath({
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
  });
  registry.registerPath({
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
  });
  get("/openapi.json", "description", "This description", {
    "application/json": { schema: z.looseObject({}) },
  });
  get("/docs", "reference", "This description as a page", html);
  get("/problems", "problems", "All kinds of problems", html);
  registry.registerPath({
    method: "get",
    path: "/problems/{name}",
    operationId: "problem",
    summary: "What a problem means",
    tags,
    security: [],
    request: { params: z.object({ name: z.string().openapi({ example: "insufficient-stock" }) }) },
    responses: { 200: { description: "The page.", content: html }, ...refusals("not-found") },
  });
}
