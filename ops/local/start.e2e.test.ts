import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env } from "node:process";
import { afterEach, beforeEach, expect, test } from "vitest";
import { freePort } from "./ports.mjs";
import { isRunning } from "./process_table.mjs";

let folder = "";
let launchers: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "waybill-start-"));
  chmodSync(folder, 0o711);
  launchers = [];
});
afterEach(async () => {
  for (const child of launchers) {
    if (child.exitCode === null && child.signalCode === null) await end(child, "SIGTERM");
  }
  rmSync(folder, { recursive: true, force: true });
});

const data = () => join(folder, "data");
const runtime = () => JSON.parse(readFileSync(join(data(), "runtime.json"), "utf8"));
const key = () => readFileSync(join(data(), "bootstrap-key"), "utf8").trim();

const directly = ["node", "ops/waybill.mjs", "start"];

async function start(
  port: number,
  [command = "", ...args] = directly,
): Promise<{ child: ChildProcess; output: () => string }> {
  const own = { NATS_URL: "", DATABASE_URL: "", WAYBILL_DATA: data(), WAYBILL_PORT: String(port) };
  const child = spawn(command, args, { env: { ...env, ...own } });
  launchers.push(child);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (bytes) => output += bytes);
  await expect.poll(() => output, { timeout: 120_000 }).toMatch(/Ctrl-C stops|^Cannot/m);
  expect(output).toContain(`Waybill is ready at http://127.0.0.1:${port}`);
  return { child, output: () => output };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.pid !== undefined) process.kill(child.pid, signal);
  const [code] = await once(child, "close");
  return code;
}

const call = (port: number, path: string, body?: unknown) =>
  fetch(`http://127.0.0.1:${port}${path}`, {
    headers: { authorization: `Bearer ${key()}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
  });
const receive = (port: number) =>
  call(port, "/v1/stock/receipts", {
    location: "main",
    reference: "PO-1",
    lines: [{ sku: "TEA", quantity: 10 }],
  });
const available = async (port: number) => (await (await call(port, "/v1/stock/TEA")).json()).available;

test("npm start keeps what was accepted through kill -9, and Ctrl-C leaves nothing running", async () => {
  const port = await freePort();
  const first = await start(port);
  expect(first.output()).toContain(`A key was made for you: ${key()}`);
  for (const name of ["bootstrap-key", "secret", "runtime.json"]) {
    expect(statSync(join(data(), name)).mode & 0o777).toBe(0o600);
  }
  expect((await receive(port)).status).toBe(201);
  const before = runtime().pids;
  expect(Object.keys(before).sort()).toEqual(["edge", "host", "nats-server", "postgres", "projector"]);
  await end(first.child, "SIGKILL");

  const second = await start(port);
  expect(second.output()).toContain(`Your key: ${key()}`);
  await expect.poll(() => available(port)).toBe(10);
  expect((await receive(port)).status).toBe(201); // The same receipt: asking twice is asking once.
  await expect.poll(() => available(port)).toBe(10);
  const pids = Object.values<{ pid: number; started: string }>({ ...before, ...runtime().pids });
  expect(await end(second.child, "SIGINT")).toBe(0);
  expect(pids.filter(isRunning)).toEqual([]);
  expect(["lock", "runtime.json"].filter((name) => existsSync(join(data(), name)))).toEqual([]);
});

test("each process that is killed comes back by itself, and a signal to npm stops them all", async () => {
  const port = await freePort();
  const { child, output } = await start(port, ["npm", "start"]);
  expect((await receive(port)).status).toBe(201);
  for (const name of ["postgres", "nats-server", "projector", "host", "edge"]) {
    process.kill(runtime().pids[name].pid, "SIGKILL");
    await expect.poll(output).toContain(`${name} was started again`);
  }
  const answer = () => available(port).catch(() => undefined);
  await expect.poll(answer).toBe(10);
  const pids = Object.values<{ pid: number; started: string }>(runtime().pids);
  await end(child, "SIGTERM");
  await expect.poll(() => pids.filter(isRunning)).toEqual([]);
  expect(output()).toMatch(/^stopped$/m);
});
