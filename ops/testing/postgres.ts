import { spawn } from "node:child_process";
import { chmod, chown, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env } from "node:process";
import { randomUUID } from "node:crypto";
import postgres from "postgres";
import { freePort } from "../local/ports.mjs";
import { findPostgres } from "../local/postgres_binaries.mjs";
import { postgresUser } from "../local/postgres_user.mjs";

const startMsMax = 60_000;

export interface TestDatabase {
  readonly url: string;
  /** Deletes the database, whoever is still connected to it. */
  drop(): Promise<void>;
}
export interface TestPostgres {
  /** With a database that may be used to make others. */
  readonly url: string;
  stop(): Promise<void>;
}

let started: Promise<TestPostgres> | undefined;

/**
 * A fresh, empty database of a real Postgres: the server that `WAYBILL_TEST_DATABASE_URL` or `DATABASE_URL` names, else one that this
 * process starts once and that ends with it, however this process ends.
 */
export async function testDatabase(): Promise<TestDatabase> {
  const given = env.WAYBILL_TEST_DATABASE_URL || env.DATABASE_URL;
  const serverUrl = given || (await (started ??= startTestPostgres())).url;
  const name = `waybill_test_${randomUUID().replaceAll("-", "")}`;
  await administer(serverUrl, `create database ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: () => administer(serverUrl, `drop database if exists ${name} with (force)`),
  };
}

async function administer(url: string, statement: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await sql.unsafe(statement);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** Starts an embedded Postgres in a temporary folder; without fsync, because nothing in it outlives the tests. */
export async function startTestPostgres(): Promise<TestPostgres> {
  const { initdb, postgres: server } = await findPostgres();
  const folder = await mkdtemp(join(tmpdir(), "waybill-pg-"));
  await chmod(folder, 0o711); // Another user may have to pass; its cluster has a mode of its own.
  const user = postgresUser({ postgres: server, folder });
  if (user !== undefined) await chown(folder, user.uid, user.gid);
  const port = await freePort();
  const [program = "sh", ...args] = [...(user?.prefix ?? []), "sh", "-c", supervise, "sh"];
  const child = spawn(program, [...args, initdb, server, folder, String(port)], {
    cwd: folder,
    stdio: ["pipe", "ignore", "pipe"],
    detached: true, // Ctrl-C reaches the tests alone, which may still need it.
  });
  const complaints: string[] = [];
  child.stderr.on("data", (chunk: Uint8Array) => complaints.push(new TextDecoder().decode(chunk)));
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const url = `postgres://waybill@127.0.0.1:${port}/postgres`;
  const failed = ended.then(() => {
    throw new Error(`Cannot start Postgres: ${complaints.join("")}`);
  });
  await Promise.race([answers(url), failed]);
  // What lingers must not keep a finished test process alive; the supervisor notices when it is gone.
  for (const handle of [child, child.stdin, child.stderr]) {
    if ("unref" in handle && typeof handle.unref === "function") handle.unref();
  }
  return { url, stop: () => (child.stdin.end(), ended) };
}

/**
 * Runs the server until standard input closes, which the system does for us even when this process is killed; then ends it and removes
 * its folder. 127.0.0.1 only, trust, no durability.
 */
const supervise = `
"$1" -D "$3/data" -U waybill --auth=trust --encoding=UTF8 --no-locale --no-sync >"$3/initdb.log" 2>&1 || { cat "$3/initdb.log" >&2; exit 1; }
"$2" -D "$3/data" -p "$4" -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off \
  -c full_page_writes=off -c shared_buffers=64MB -c max_connections=60 -c max_wal_size=256MB </dev/null >"$3/server.log" 2>&1 &
server=$!
( while kill -0 $server 2>/dev/null; do sleep 1; done; cat "$3/server.log" >&2; kill $$ ) 2>/dev/null &
watch=$!
cat >/dev/null
kill $watch 2>/dev/null
kill -QUIT $server 2>/dev/null
wait $server
cd / && rm -rf "$3"
`;

async function answers(url: string): Promise<void> {
  const deadlineMs = Date.now() + startMsMax;
  for (;;) {
    try {
      return await administer(url, "select 1");
    } catch (error) {
      if (Date.now() > deadlineMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
