import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env } from "node:process";
import postgres from "postgres";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { connect } from "../../streams/broker/connect.ts";
import { startNats } from "./nats_server.mjs";
import { requireNats } from "./nats_probe.mjs";
import { startPostgres } from "./postgres.mjs";
import { requirePostgres } from "./postgres_database.mjs";

let folder = "";
const stops: (() => Promise<unknown>)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "waybill servers ")); // Blanks, as in many a home folder.
  chmodSync(folder, 0o711);
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  rmSync(folder, { recursive: true, force: true });
});

describe("the embedded nats-server", () => {
  const start = async (dataDir: string) => {
    const server = await startNats({ binary: env.NATS_SERVER ?? "", dataDir });
    stops.push(() => server.stop());
    return server;
  };

  test("keeps its data in the folder, fsyncs always, takes 8 MB, and lets only the token in", async () => {
    const { url, token } = await start(join(folder, "nats"));
    const client = await connect({ servers: url, token });
    expect(client.info?.max_payload).toBe(8 * 1024 * 1024);
    await client.request(
      "$JS.API.STREAM.CREATE.T",
      JSON.stringify({ name: "T", subjects: ["t"], storage: "file" }),
    );
    await client.close();
    expect(existsSync(join(folder, "nats", "jetstream"))).toBe(true);
    expect(readFileSync("nats.conf", "utf8")).toMatch(/^\s*sync_interval: always$/m);
    await expect(connect({ servers: url, token: "another", reconnect: false })).rejects.toThrow(
      /authorization/i,
    );
    await expect(requireNats({ url, token: "another" })).rejects.toThrow(/Authorization Violation/);
  });

  test("says in one line why it cannot start", async () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    await expect(start(file)).rejects.toThrow(/^Cannot write to .*file/);
    const config = join(folder, "bad.conf");
    writeFileSync(config, "port: {");
    const broken = startNats({ binary: env.NATS_SERVER ?? "", dataDir: join(folder, "d"), config });
    await expect(broken).rejects.toThrow(/^Cannot start nats-server: it ended: .*Parse error/);
  });
});

describe("the embedded Postgres", () => {
  let shared = "";
  beforeAll(() => {
    shared = mkdtempSync(join(tmpdir(), "waybill postgres "));
    chmodSync(shared, 0o711);
  });
  afterAll(() => rmSync(shared, { recursive: true, force: true }));
  const start = async (dataDir = join(shared, "postgres")) => {
    const server = await startPostgres({ dataDir });
    stops.push(() => server.stop());
    return server;
  };
  const ask = async (url: string, statement: string) => {
    const sql = postgres(url, { max: 1, onnotice: () => {} });
    return await sql.unsafe(statement).finally(() => sql.end());
  };

  test("keeps what was committed through kill -9, with fsync on, for its password only", async () => {
    const first = await start();
    await ask(first.url, "create table kept as select 42 as answer");
    process.kill(first.pid, "SIGKILL");
    await first.exited;
    const second = await start();
    expect(await ask(second.url, "select answer, current_setting('fsync') as fsync from kept")).toEqual([
      { answer: 42, fsync: "on" },
    ]);
    const stranger = new URL(second.url);
    stranger.password = "guessed";
    await expect(requirePostgres(stranger.href)).rejects.toThrow(
      /^Cannot use the database at .*password authentication failed/,
    );
    await expect(requirePostgres(second.url)).resolves.toBeUndefined();
  });

  test("starts beside a pid file that names somebody else's process", async () => {
    const first = await start();
    await first.stop();
    const other = spawn("sleep", ["60"]);
    await once(other, "spawn");
    writeFileSync(join(shared, "postgres", "cluster", "postmaster.pid"), `${other.pid}\n`);
    await start();
    expect(other.exitCode).toBeNull();
    other.kill("SIGKILL");
  });

  test("takes over from one that still runs on the cluster", async () => {
    const first = await start();
    const second = await start();
    expect(await first.exited).toMatchObject({ code: 0 });
    expect(await ask(second.url, "select 1 as one")).toEqual([{ one: 1 }]);
  });

  test("begins again where a first start was cut off", async () => {
    const half = join(folder, "postgres", "cluster.new");
    mkdirSync(half, { recursive: true });
    writeFileSync(join(half, "postgresql.conf"), "half a file");
    const server = await start(join(folder, "postgres"));
    expect(await ask(server.url, "select 1 as one")).toEqual([{ one: 1 }]);
    expect(existsSync(half)).toBe(false);
  });

  test.runIf(process.getuid?.() === 0)("runs for root in a folder that nobody else may enter", async () => {
    const closed = join(folder, "closed");
    mkdirSync(closed, { mode: 0o700 });
    const server = await start(join(closed, "postgres"));
    expect(await ask(server.url, "select 1 as one")).toEqual([{ one: 1 }]);
  });
});
