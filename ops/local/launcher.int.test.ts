import { spawn, type SpawnSyncReturns } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process, { env } from "node:process";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { processName } from "./process_table.mjs";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "waybill-launch-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the launcher as a user does, on Node, and waits for its end. */
function start(
  changes: Record<string, string>,
): Promise<Pick<SpawnSyncReturns<string>, "status" | "stderr">> {
  const own = { NATS_URL: "", DATABASE_URL: "", WAYBILL_DATA: join(folder, "data"), WAYBILL_PORT: "0" };
  const child = spawn("node", ["ops/waybill.mjs", "start"], {
    env: { ...env, ...own, ...changes },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let stderr = "";
  child.stderr.on("data", (bytes) => stderr += bytes);
  return new Promise((resolve) => child.once("close", (status) => resolve({ status, stderr })));
}

describe("npm start says in one line, without a stack, that", () => {
  test("a setting is wrong", async () => {
    expect(await start({ WAYBILL_PORT: "eighty" })).toEqual({
      status: 2,
      stderr: "Cannot use WAYBILL_PORT=eighty: it is not a port number (0 to 65535)\n",
    });
  });

  test("the port is in use", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = String(typeof address === "object" ? address?.port : 0);
    expect(await start({ WAYBILL_PORT: port })).toEqual({
      status: 1,
      stderr: `Cannot listen at 127.0.0.1:${port}: the port is in use; choose another with WAYBILL_PORT\n`,
    });
    await new Promise((resolve) => server.close(resolve));
  });

  test("the data folder is another start's, or cannot be written", async () => {
    const data = join(folder, "data");
    mkdirSync(data);
    writeFileSync(join(data, "lock"), JSON.stringify(processName(process.pid)));
    expect(await start({})).toEqual({
      status: 1,
      stderr: `Cannot start: process ${process.pid} is running on ${data} (WAYBILL_DATA) already\n`,
    });
    const file = join(folder, "file");
    writeFileSync(file, "");
    expect((await start({ WAYBILL_DATA: file })).stderr).toMatch(/^Cannot write to the data folder .*\n$/);
  });

  test("nats-server is too old, or NATS_SERVER is not one", async () => {
    const old = join(folder, "nats-server");
    writeFileSync(old, "#!/bin/sh\necho nats-server: v2.9.10\n", { mode: 0o755 });
    expect(await start({ NATS_SERVER: old })).toEqual({
      status: 2,
      stderr: `Cannot use NATS_SERVER ${old}: it is 2.9.10, 2.12.0 is needed\n`,
    });
    expect((await start({ NATS_SERVER: "/nowhere/nats-server" })).stderr).toMatch(
      /^Cannot run NATS_SERVER .*\n$/,
    );
  });

  test("the user's own servers cannot be reached", async () => {
    const { stderr } = await start({
      NATS_URL: "nats://127.0.0.1:1",
      DATABASE_URL: "postgres://u:hunter2@127.0.0.1:1/x",
    });
    expect(stderr).toMatch(/^Cannot use the NATS server at 127\.0\.0\.1:1: .*ECONNREFUSED.*\n$/);
  });
});
