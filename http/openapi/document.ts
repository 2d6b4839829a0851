import { OpenAPIHono, type RouteConfig } from "@hono/zod-openapi";
import { carrierOperations } from "./carriers.ts";
import { caseOperations } from "./cases.ts";
import { creditOperations } from "./credits.ts";
import { invoiceOperations } from "./invoices.ts";
import { notificationOperations } from "./notifications.ts";
import { orderOperations } from "./orders.ts";
import { payoutOperations } from "./payouts.ts";
import { returnOperations } from "./returns.ts";
import { serviceOperations } from "./service.ts";
import { shipmentOperations } from "./shipments.ts";
import { stockOperations } from "./stock.ts";
import { trackingOperations } from "./tracking.ts";
import { webhookOperations } from "./webhook_events.ts";
import { webhookEndpointOperations } from "./webhooks.ts";

const operations: readonly RouteConfig[] = [
  ...orderOperations,
  ...stockOperations,
  ...shipmentOperations,
  ...invoiceOperations,
  ...creditOperations,
  ...returnOperations,
  ...trackingOperations,
  ...notificationOperations,
  ...caseOperations,
  ...payoutOperations,
  ...carrierOperations,
  ...webhookEndpointOperations,
  ...serviceOperations,
];
const tags = [
  "Orders",
  "Stock",
  "Shipments",
  "Invoices",
  "Returns",
  "Tracking",
  "Notifications",
  "Cases",
  "Payouts",
  "Carriers",
  "Webhooks",
  "Service",
];

/** The OpenAPI 3.1 description, made from the schemas that the routes validate with. */
export function apiDescription() {
  // Only its registry and generator are used: the routes themselves are plain, for speed.
  const described = new OpenAPIHono();
  const registry = described.openAPIRegistry;
  registry.registerComponent("securitySchemes", "key", {
    type: "http",
    scheme: "bearer",
    description:
      "An API key: the first start prints one, and `npx waybill keys create` makes more. Every call says which scope it needs.",
  });
  for (const operation of operations) {
    registry.registerPath(withScope(operation));
  }
  for (const operation of webhookOperations) registry.registerWebhook(operation);
  return described.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Waybill",
      version: "1",
      description:
        "Orders in, exact stock out. The examples are one small story: send them from top to bottom of *Stock*, then of *Orders*, as " +
        "often as you like, because asking twice is asking once. Money is a decimal string beside an ISO 4217 currency, times are RFC 3339 in UTC. " +
        "Errors are [problem documents](/problems).",
      license: { name: "Apache-2.0", url: "https://www.apache.org/licenses/LICENSE-2.0" },
    },
    tags: tags.map((name) => ({ name })),
  });
}

/** Said in words as well: the page shows no scopes of such keys. */
function withScope(operation: RouteConfig): RouteConfig {
  const scopes = (operation.security ?? []).map(({ key }) => key?.[0]);
  if (scopes.length === 0 || scopes.includes(undefined)) return operation;
  const { description } = operation;
  const says = `Needs the scope ${scopes.map((scope) => `\`${scope}\``).join(" or ")}.`;
  return { ...operation, description: description === undefined ? says : `${description}\n\n${says}` };
}
