import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env } from "node:process";
import { findNatsServer } from "../local/nats_server.mjs";
import { startPostgres } from "../local/postgres.mjs";

/** Nothing in a test's database outlives the tests, so it need not survive a power cut. */
const throwaway = {
  fsync: "off",
  full_page_writes: "off",
  synchronous_commit: "off",
  shared_buffers: "64MB",
};

let users = 0;
let stop: () => Promise<void> = () => Promise.resolve();

/**
 * Before the first test that needs servers: a nats-server (NATS_SERVER; each test starts its own, to kill it as it
 * likes) and one Postgres for all (WAYBILL_TEST_DATABASE_URL; each test makes a database of its own). Servers that
 * cannot be had fail the run: a suite that skips them proves nothing.
 */
export async function setup(): Promise<void> {
  if (users++ > 0) return;
  env.NATS_SERVER = (await findNatsServer({ log: console.log })).path;
  if (env.WAYBILL_TEST_DATABASE_URL) return;
  const folder = await mkdtemp(join(tmpdir(), "waybill-test-"));
  await chmod(folder, 0o711); // Root's Postgres runs as nobody.
  const postgres = await startPostgres({ dataDir: join(folder, "postgres"), settings: throwaway });
  env.WAYBILL_TEST_DATABASE_URL = postgres.url;
  stop = async () => {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
    delete env.WAYBILL_TEST_DATABASE_URL;
  };
}

/** After the last one. */
export async function teardown(): Promise<void> {
  if (--users > 0) return;
  await stop();
  stop = () => Promise.resolve();
}
