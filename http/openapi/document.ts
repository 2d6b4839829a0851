import { OpenAPIHono } from "@hono/zod-openapi";
import { orderOperations } from "./orders.ts";
import { serviceOperations } from "./service.ts";
import { stockOperations } from "./stock.ts";

/** The OpenAPI 3.1 description, made from the schemas that the routes validate with. */
export function apiDescription() {
  // Only its registry and generator are used: the routes themselves are plain, for speed.
  const described = new OpenAPIHono();
  const registry = described.openAPIRegistry;
  registry.registerComponent("securitySchemes", "key", {
    type: "http",
    scheme: "bearer",
    description: "An API key. The scope that a call needs stands beside it.",
  });
  for (const operation of [...orderOperations, ...stockOperations, ...serviceOperations]) {
    registry.registerPath(operation);
  }
  return described.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Waybill",
      version: "1",
      description:
        "Orders in, exact stock out. Money is a decimal string beside an ISO 4217 currency, times are RFC 3339 in UTC. " +
        "Errors are [problem documents](/problems).",
      license: { name: "Apache-2.0", url: "https://www.apache.org/licenses/LICENSE-2.0" },
    },
    servers: [{ url: "/" }],
    tags: [{ name: "Orders" }, { name: "Stock" }, { name: "Service" }],
  });
}
