import { createHmac } from "node:crypto";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Broker } from "../../streams/broker/broker.ts";
import { connectJetStream } from "../../streams/broker/jetstream.ts";
import { kindOf } from "../../actors/ids.ts";
import { type CommandPack, streamNames } from "../../streams/record.ts";
import { type Child, startChild } from "../local/child.mjs";
import { denoBinary } from "../local/deno.mjs";
import { freePort } from "../local/ports.mjs";
import { untilReady } from "../local/roles.mjs";
import { startTestNats, type TestNats } from "../testing/nats.ts";
import { type TestDatabase, testDatabase } from "../testing/postgres.ts";

/** Callbacks on their way from a real edge to commands for parcels, while the process that tells them is killed. */

/** A parcel that stopped answers nobody: whoever tells it again waits until its patience ends. */
const testMsMax = 180_000;
const installation = "secret-of-this-installation";
const secret = "secret-of-the-generic-carrier", many = 60, pollMs = { timeout: 60_000, interval: 20 };
let nats: TestNats, database: TestDatabase, broker: Broker;
let edgeUrl = "", deliverUrl = "";
const children = new Set<Child>();

beforeAll(async () => {
  nats = await startTestNats();
  database = await testDatabase();
  const edgePort = await freePort(), deliverPort = await freePort();
  edgeUrl = `http://127.0.0.1:${edgePort}`;
  deliverUrl = `http://127.0.0.1:${deliverPort}`;
  await start("host,edge", edgeUrl, {
    DATABASE_URL: database.url,
    WAYBILL_LOG_INIT: "true",
    WAYBILL_PORT: String(edgePort),
    WAYBILL_SECRET: installation,
    WAYBILL_CARRIER_GENERIC_SECRET: secret,
    WAYBILL_CARRIER_DPD_SECRET: "one,two,three",
  });
  broker = await connectJetStream({ servers: nats.url, name: "test" });
});
afterAll(async () => {
  await Promise.all([...children].map((child) => child.stop()));
  await broker?.close();
  await database?.drop();
  await nats?.stop();
});

async function start(roles: string, url: string, env: Record<string, string>): Promise<Child> {
  const child = await startChild({
    name: roles,
    command: denoBinary(),
    args: ["run", "-A", "ops/main.ts", "run", roles],
    cwd: fileURLToPath(new URL("../../", import.meta.url)),
    env: { DATABASE_URL: undefined, OTEL_SDK_DISABLED: undefined, NATS_URL: nats.url, ...env },
  });
  children.add(child);
  const failed = child.exited.then(({ code, signal }) => `${roles} ended with ${signal ?? code}`);
  await untilReady({ url, failed, aborted: AbortSignal.timeout(60_000) });
  return child;
}

const startDeliver = () =>
  start("deliver", deliverUrl, {
    DATABASE_URL: database.url,
    WAYBILL_SECRET: installation,
    WAYBILL_HEALTH_PORT: new URL(deliverUrl).port,
    WAYBILL_CARRIER_GENERIC_CODES: `{"HOLD":"exception/held"}`,
    WAYBILL_CARRIER_UPS_API_URL: "not a URL",
  });

/** The status of the answer. */
async function call(trackingNumber: string, more: object = { status: "in_transit" }, key = secret) {
  const body = JSON.stringify({ trackingNumber, occurredAt: "2026-11-20T10:00:00Z", ...more });
  const signature = createHmac("sha256", key).update(body).digest("hex");
  const headers = { "X-Waybill-Signature": `sha256=${signature}` };
  const answer = await fetch(`${edgeUrl}/v1/carriers/generic/callbacks`, { method: "POST", body, headers });
  await answer.body?.cancel();
  return answer.status;
}

/** What parcels were told, in order: commands as text, to be compared. */
async function told(): Promise<{ to: string; command: string }[]> {
  const all: { to: string; command: string }[] = [];
  const { lastSequence } = await broker.info(streamNames.commands);
  for (let sequence = 1; sequence <= lastSequence; sequence++) {
    const { payload } = (await broker.at(streamNames.commands, sequence))!;
    const { commands } = JSON.parse(new TextDecoder().decode(payload)) as CommandPack;
    const ofParcels = commands.filter(({ to }) => kindOf(to) === "parcel"); // The edge describes its seller, too.
    all.push(...ofParcels.map(({ to, command }) => ({ to, command: JSON.stringify(command) })));
  }
  return all;
}
const parcels = async () => [...new Set((await told()).map(({ to }) => to))];
/** True when the durable position is at the last callback. */
async function allNoted(): Promise<boolean> {
  const { lastSequence } = await broker.info(streamNames.callbacks);
  const position = await broker.last(streamNames.registry, "registry.callbacks.position");
  if (!position) return false;
  const { sequence } = JSON.parse(new TextDecoder().decode(position.payload)) as {
    readonly sequence: number;
  };
  return sequence === lastSequence;
}
const metrics = async (url: string) => await (await fetch(`${url}/metrics`)).text();

test(
  "what a carrier said reaches its parcel once, however often the process that tells it is killed",
  async () => {
    let deliver = await startDeliver();
    expect(await call("T0")).toBe(200);
    await expect.poll(parcels, pollMs).toEqual(["parcel:generic:T0"]);
    await deliver.stop("SIGKILL");

    const wanted = Array.from({ length: many }, (_, i) => `T${i}`);
    for (const trackingNumber of wanted.slice(1)) expect(await call(trackingNumber)).toBe(200);
    expect(await parcels()).toEqual(["parcel:generic:T0"]);
    deliver = await startDeliver();
    await expect.poll(async () => (await parcels()).length, pollMs).toBeGreaterThan(1);
    await deliver.stop("SIGKILL");
    deliver = await startDeliver();
    await expect.poll(async () => (await parcels()).length, pollMs).toBe(many);
    expect(await parcels()).toEqual(wanted.map((trackingNumber) => `parcel:generic:${trackingNumber}`));
    // What is told again after a kill is the same to the letter, and a parcel takes each scan once.
    expect(new Set((await told()).map(({ to, command }) => `${to} ${command}`)).size).toBe(many);

    // The one before may have told all of it, and died before it noted that.
    await expect.poll(allNoted, pollMs).toBe(true);
    expect(await call("ONCE")).toBe(200);
    await expect.poll(parcels, pollMs).toContain("parcel:generic:ONCE");
    await deliver.stop();
    const before = (await told()).length;
    await startDeliver();
    expect(await call("LAST", { code: "HOLD" })).toBe(200);
    await expect.poll(parcels, pollMs).toContain("parcel:generic:LAST");
    const all = await told();
    expect(all.length).toBe(before + 1); // Stopped in good order, it tells nothing again.
    expect(JSON.parse(all.at(-1)!.command)).toMatchObject({
      type: "scans",
      scans: [{ status: "exception", subStatus: "held", carrierCode: "HOLD" }],
    });
  },
  testMsMax,
);

test("a callback that proves nothing is refused and tells nobody; both processes count what they did", async () => {
  expect(await call("FORGED", undefined, "another secret")).toBe(401);
  const callbacks = await metrics(edgeUrl);
  expect(callbacks).toMatch(
    new RegExp(`^waybill_carrier_callbacks_total{.*result="stored".*} ${many + 2}$`, "m"),
  );
  expect(callbacks).toMatch(/^waybill_carrier_callbacks_total{.*carrier="generic".*result="refused".*} 1$/m);
  await expect.poll(() => metrics(deliverUrl), pollMs)
    .toMatch(/^waybill_carrier_handled_total{.*carrier="generic".*} 1$/m);
  expect(await parcels()).not.toContain("parcel:generic:FORGED");
});

test("a setting of one carrier that cannot be used stops that carrier alone, and is told", async () => {
  const dpd = await fetch(`${edgeUrl}/v1/carriers/dpd/callbacks`, { method: "POST", body: "{}" });
  expect([dpd.status, await dpd.json()]).toEqual([401, expect.objectContaining({ status: 401 })]);
  expect(await metrics(edgeUrl)).toMatch(
    /^waybill_carrier_misconfigured{.*carrier="dpd".*work="proof".*} 1$/m,
  );
  expect(await metrics(deliverUrl)).toMatch(
    /^waybill_carrier_misconfigured{.*carrier="ups".*work="polling".*} 1$/m,
  );
});
