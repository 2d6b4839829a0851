import { join } from "node:path";
import { newClient } from "../../demo/client.ts";
import { Failure } from "../../cli/failure.ts";
import type { WhatIfReport } from "../../reading/what_if_report.ts";
import { buildWith, type Defect } from "../builds.ts";
import { deploy } from "../deploy.ts";
import { type Drill, isProven, type Scenario, tool } from "../scenario.ts";
import { until } from "../until.ts";

/** Orders that are to be refused where stock is short wait for stock instead. */
const promisesTooMuch: Defect = {
  file: "actors/order/decide_place.ts",
  line: 'reject: "refuse",',
  defective: 'reject: "queue",',
};
const sku = "RARE", units = 1, patienceMs = 300_000;
const undecided: ReadonlySet<number> = new Set([202, 503]);

export const badCode: Scenario = {
  name: "bad-code",
  title: "Code deployed that decides wrongly",
  defect: promisesTooMuch,
  run: async (drill) => {
    const { system, scratch } = drill, client = newClient({ target: system, patienceMs });
    const bad = await buildWith(join(scratch, "bad-code"), [promisesTooMuch]);
    const asking = (number: string, quantity: number) =>
      client.decide("POST", "/v1/orders", {
        ...{ channel: "web", orderNumber: number, currency: "GBP" },
        lines: [{ sku, quantity, unitPrice: "100.00", taxRate: "0.20" }],
      });
    const lines = [{ sku, quantity: units }];
    await client.decide("POST", "/v1/stock/receipts", { location: "LON1", reference: "PO-RARE", lines });
    expectStatus(409, await asking("rare-before", units + 1));

    const beforeMs = Date.now();
    const foreseen = await changed(drill, beforeMs - 60_000, beforeMs, "--code", bad);
    if (!foreseen) throw new Failure("Cannot go on: what-if does not show what the other code would change");
    await deploy(drill, bad);
    const sinceMs = performance.now(), deployedMs = Date.now(), soFar = () => performance.now() - sinceMs;
    const wrong = await asking("rare-after", units + 1);
    expectStatus(201, wrong);
    // From this checkout: the code that ran before.
    await until(drill, "what-if shows it", () => changed(drill, deployedMs, Date.now()));
    const noticed = { ms: soFar(), by: "waybill what-if, with the code of before" };
    await deploy(drill, undefined);
    const { orderId } = wrong.body as { readonly orderId: string };
    await cancel(drill, orderId);
    expectStatus(409, await asking("rare-again", units + 1));
    await until(drill, "verify finds nothing", async () => await isProven(drill) || undefined);
    return {
      noticed,
      recovered: { ms: soFar(), by: "the code of before, and a cancellation" },
      notes: ["what-if --code had named the same change before it was deployed"],
    };
  },
};

/** True when a refusal for want of stock becomes a promise with the other code, or the other way round. */
async function changed(
  drill: Drill,
  fromMs: number,
  toMs: number,
  ...code: readonly string[]
): Promise<true | undefined> {
  const at = (ms: number) => new Date(ms).toISOString();
  const report = JSON.parse(
    await tool(drill, "what-if", at(fromMs), at(toMs), ...code, "--json"),
  ) as WhatIfReport;
  return report.outcomes.some(({ name }) => name.includes("insufficient-stock")) || undefined;
}

/** Asked again while it is not decided: those who waited during the restart come first. */
async function cancel(drill: Drill, orderId: string): Promise<void> {
  const { url, key } = drill.system;
  const answer = await until(drill, "it is decided whether the order is cancelled", async () => {
    const response = await fetch(`${url}/v1/orders/${orderId}/cancel`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${key}`,
        "content-type": "application/json",
        "idempotency-key": `cancel-${orderId}`,
      },
      body: JSON.stringify({ reason: "cannot be kept" }),
    });
    const body = await response.text();
    return undecided.has(response.status) ? undefined : { status: response.status, body };
  });
  expectStatus(200, answer);
}

function expectStatus(wanted: number, { status, body }: { readonly status: number; readonly body: unknown }) {
  if (status === wanted) return;
  throw new Failure(`Cannot go on: the answer is ${status}, not ${wanted}: ${JSON.stringify(body)}`);
}
