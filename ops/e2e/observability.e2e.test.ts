import { createHmac } from "node:crypto";
import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { debianTool } from "../deploy/testing/debian_tool.ts";
import { catalogue, type CatalogueEntry } from "../telemetry/catalogue.ts";
import { waybill } from "./command_line.ts";
import { orderOf, receive } from "./orders.ts";
import { runbookLines } from "./runbook_lines.ts";
import { typed } from "./runbook_shell.ts";
import { newSystem, type System } from "./system.ts";

/** A whole system with something of everything, looked at as its operators do: metrics, doctor, and every runbook. */

const genericSecret = "generic-secret-of-the-shop";
let system: System, orderId = "", backups = "";

beforeAll(async () => {
  system = await newSystem({
    WAYBILL_CARRIER_GENERIC_SECRET: genericSecret,
    WAYBILL_WEBHOOKS_PRIVATE: "true",
  });
  await system.start();
  await somethingOfEverything();
  expect((await waybill(system, "verify")).code).toBe(0); // Which a metric says from then on, and of backups, too.
  backups = await mkdtemp(join(tmpdir(), "waybill-backups-"));
  expect((await waybill(system, "backup", "--to", backups)).code).toBe(0);
});
afterAll(async () => {
  await system?.remove();
  if (backups !== "") await rm(backups, { recursive: true, force: true });
});

/** An order that goes all the way to its customer, one that is refused, a callback, a message, a webhook that nobody takes. */
async function somethingOfEverything(): Promise<void> {
  const endpoint = { url: `${system.url}/nowhere`, events: ["order.*", "shipment.*"] };
  const headers = { "idempotency-key": "endpoint-1" };
  const made = await system.post("/v1/webhook-endpoints", endpoint, { headers });
  expect(made.status, made.text).toBe(201);
  await receive(system, { A: 20 });
  const customer = { name: "Ada", email: "ada@example.org" };
  const placed = await system.post("/v1/orders", orderOf("O-1", "A", { customer }));
  expect(placed.status, placed.text).toBe(201);
  ({ orderId } = placed.body as { orderId: string });
  const lines = [{ sku: "A", quantity: 500, unitPrice: "2.55" }];
  expect((await system.post("/v1/orders", orderOf("O-2", "A", { lines }))).status).toBe(409);
  const shipped = await system.post(`/v1/orders/${orderId}/shipments`, {
    ...{ reference: "P-1", location: "LON1", carrier: "generic", trackingNumber: "GEN1" },
    lines: [{ sku: "A", quantity: 1 }],
  });
  expect(shipped.status, shipped.text).toBe(201);
  const raw = JSON.stringify({
    trackingNumber: "GEN1",
    status: "delivered",
    code: "X",
    occurredAt: new Date().toISOString(),
  });
  const hex = createHmac("sha256", genericSecret).update(raw).digest("hex");
  const called = await system.post("/v1/carriers/generic/callbacks", undefined, {
    ...{ key: null, raw, headers: { "x-waybill-signature": `sha256=${hex}` } },
  });
  expect(called.status, called.text).toBe(200);
}

describe("the metrics", () => {
  /** Each process of `npm start` with the roles that it runs. */
  const processes = [
    { name: "edge", roles: ["edge"] },
    { name: "host", roles: ["host"] },
    { name: "projector", roles: ["projector", "deliver"] },
  ];
  /** What only trouble brings, or what this shop has not: a carrier that is asked, a postponed delivery, … */
  const rare =
    /stopped_total|verify_|interrupted_total|misconfigured|reopenings|fenced|dead_letters|missing_total|missed|skipped|disabled|breaker|polls|unmapped|disagreements|estimates|timers_late|copied/;

  const told = async (name: string) => {
    const port = system.runtime().health[name];
    return await (await fetch(
      port === undefined ? `${system.url}/metrics` : `http://127.0.0.1:${port}/metrics`,
    )).text();
  };
  const familiesIn = (text: string) =>
    [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, family = ""]) => family);
  const toldBy = (roles: readonly string[]) =>
    catalogue().filter((one: CatalogueEntry) => one.roles.some((role) => roles.includes(role)));

  test.for(processes)("of process $name are those of the catalogue", async ({ name, roles }) => {
    const wanted = toldBy(roles).map(({ name }) => name);
    const expected = wanted.filter((metric) => !rare.test(metric));
    await expect.poll(async () => {
      const families = familiesIn(await told(name));
      return expected.filter((metric) => !families.includes(metric));
    }, { interval: 1_000 }).toEqual([]);
    expect(familiesIn(await told(name)).filter((family) => !wanted.includes(family))).toEqual([]);
  });

  test.for(processes)("of process $name are text that Prometheus takes", async ({ name }, { skip }) => {
    const promtool = await debianTool("promtool", "prometheus");
    if (!("path" in promtool)) return skip(promtool.missing);
    const input = await told(name);
    const checked = spawnSync(promtool.path, ["check", "metrics"], { input, encoding: "utf8" });
    expect(checked.status, `${checked.stdout}${checked.stderr}`).toBe(0);
  });
});

test("the doctor finds nothing wrong with it, in 80 columns and in JSON", async () => {
  const { code, stdout } = await waybill(system, "doctor");
  expect([code, stdout]).toEqual([0, expect.stringContaining("Nothing is wrong")]);
  expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
  const { findings } = JSON.parse((await waybill(system, "doctor", "--json")).stdout) as {
    findings: { check: string; verdict: string }[];
  };
  const fine = new Set(findings.filter(({ verdict }) => verdict === "ok").map(({ check }) => check));
  for (const check of ["versions", "disk", "NATS", "log", "backup", "database", "readers", "edge"]) {
    expect(fine).toContain(check);
  }
});

describe("the runbooks", () => {
  /** Many begin with the same command: once is enough. */
  const ran = new Map<string, ReturnType<typeof typed>>();
  test.for([...runbookLines()])("%s can be followed", async ([, lines]) => {
    const env = { ORDER: orderId, ORDER_NUMBER: "O-1", SKU: "A" };
    for (const one of lines) {
      if (one.kind === "run") {
        const running = ran.get(one.line) ?? typed(system, one.line, env);
        ran.set(one.line, running);
        const { code, stdout, stderr } = await running;
        expect(code, `${one.line}\n${stdout}${stderr}`).toBe(0);
      } else {
        const { code, stdout } = await waybill(system, ...one.words, "--help");
        expect(code, one.words.join(" ")).toBe(0);
        for (const option of one.options) expect(stdout, one.words.join(" ")).toContain(option);
      }
    }
  });
});
