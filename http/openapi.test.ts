import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MemoryServer } from "../streams/broker/memory.ts";
import { systemRuntime } from "../streams/system_runtime.ts";
import { openPreferences } from "./notifications/preferences.ts";
import { apiDescription } from "./openapi/document.ts";
import { problems } from "./problems.ts";
import { openTown, orderOf, type Town } from "./testing/town.ts";

type Node = { readonly [key: string]: unknown };
const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null;

// As a client sees it.
const description = JSON.parse(JSON.stringify(apiDescription())) as {
  openapi: string;
  paths: Record<string, Record<string, Node>>;
};
const operations = Object.entries(description.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ method, path, operation }))
);

let town: Town;
beforeAll(async () => {
  const preferences = openPreferences(new MemoryServer().connect(), systemRuntime("test"));
  const audience = () => Promise.resolve(undefined);
  town = await openTown({ deps: { notifications: { preferences, audience, outgoingPrivate: false } } });
});
afterAll(() => town.close());

function* nodesOf(value: unknown): Generator<Node> {
  if (!isNode(value)) return;
  yield value;
  for (const member of Object.values(value)) yield* nodesOf(member);
}

describe("/openapi.json", () => {
  test("describes every route, and none that is not there", () => {
    const parts = new Set([
      "/docs/start.js",
      "/docs/swagger-ui.css",
      "/docs/swagger-ui-bundle.js",
      "/docs/icon.svg",
      "/t/assets/:name",
      "/t/assets/preferences.css",
      "/t/assets/preferences.js",
      "/t/assets/push_worker.js",
    ]);
    const routes = town.app.routes.filter(({ method, path }) => method !== "ALL" && !parts.has(path))
      .map(({ method, path }) => `${method} ${path.replace(/\/:(\w+)/g, "/{$1}")}`);
    const described = operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
    expect(described.toSorted()).toEqual([...new Set(routes)].toSorted());
  });

  test("is served as it is made", async () => {
    const { body, headers } = await town.call("GET", "/openapi.json");
    expect(headers.get("content-type")).toBe("application/json");
    expect(body).toEqual(description);
    expect(body).toMatchObject({ openapi: "3.1.0" });
  });

  test("every reference leads somewhere", () => {
    for (const { $ref } of nodesOf(description)) {
      if (typeof $ref !== "string") continue;
      const target = $ref.replace(/^#\//, "").split("/").reduce<unknown>(
        (node, step) => isNode(node) ? node[step] : undefined,
        description,
      );
      expect(target, $ref).toBeDefined();
    }
  });

  test("every operation has a name of its own, its path's parameters, and answers", () => {
    const names = operations.map(({ operation }) => operation.operationId);
    expect(new Set(names).size).toBe(names.length);
    for (const { path, method, operation } of operations) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const parameters = (operation.parameters ?? []) as { name: string; in: string; required?: boolean }[];
      const inPath = parameters.filter((parameter) => parameter.in === "path");
      expect(inPath.map(({ name }) => name), `${method} ${path}`).toEqual(named);
      expect(inPath.every(({ required }) => required), `${method} ${path}`).toBe(true);
      expect(Object.keys(operation.responses as Node).some((status) => /^[23]/.test(status))).toBe(true);
    }
  });

  test("problems are linked to pages that exist, and stand under their own status", () => {
    for (const { operation } of operations) {
      for (
        const [status, response] of Object.entries(
          operation.responses as Record<string, { description: string }>,
        )
      ) {
        for (const [, name] of response.description.matchAll(/\(\/problems\/([a-z-]+)\)/g)) {
          expect(problems[name as keyof typeof problems]?.status, name).toBe(Number(status));
        }
      }
    }
  });

  test("patterns are regular expressions that take their own example", () => {
    let checked = 0;
    for (const { pattern, example } of nodesOf(description)) {
      if (typeof pattern !== "string") continue;
      const regexp = new RegExp(pattern, "u");
      if (typeof example !== "string") continue;
      expect(example).toMatch(regexp);
      checked++;
    }
    expect(checked).toBeGreaterThan(5);
  });

  test("real answers have the members that it promises", async () => {
    const schemas = (apiDescription().components?.schemas ?? {}) as Record<string, { required?: string[] }>;
    const lines = [{ sku: "A", quantity: 5 }];
    await town.call("POST", "/v1/stock/receipts", { location: "LON1", reference: "r", lines });
    const order = (await town.call("POST", "/v1/orders", orderOf("1", ["A"]))).body;
    const stock = (await town.call("GET", "/v1/stock/A")).body;
    const history = (await town.call("GET", `/v1/orders/${order.orderId}/events`)).body;
    const problem = (await town.call("GET", "/v1/nowhere")).body;
    for (
      const [name, value] of Object.entries({
        Order: order,
        Stock: stock,
        Problem: problem,
        OrderHistory: history,
      })
    ) {
      expect(Object.keys(value), name).toEqual(expect.arrayContaining(schemas[name]!.required!));
    }
  });
});
