import { connect, createServer, type Socket } from "node:net";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type TestDatabase, testDatabase } from "../ops/testing/postgres.ts";
import { openDatabase, type Sql } from "./database.ts";
import { migrate } from "./migrate.ts";
import { type Ask, inSession } from "./session.ts";

let database: TestDatabase, sql: Sql, wire: Wire;
beforeAll(async () => {
  database = await testDatabase();
  sql = openDatabase({ url: database.url, connectionsMax: 1 });
  wire = await wireTo(database.url);
});
afterAll(async () => {
  await sql.end({ timeout: 1 });
  await wire.stop();
  await database.drop();
});

const cuts = ["reset", "closed"] as const;
/** The server's processes that wait for a lock in this database, under that name. */
const waitingFor = async (name: string) =>
  (await sql<{ pid: number }[]>`
    select pid from pg_stat_activity
    where datname = current_database() and application_name = ${name} and wait_event_type = 'Lock'`)
    .map(({ pid }) => pid);

test.each(cuts)("a connection that is %s while a migration waits its turn is made anew", async (how) => {
  const key = "7241865325823964"; // node-pg-migrate's own.
  await sql`select pg_advisory_lock(${key})`;
  const migrating = migrate(wire.url);
  await vi.waitFor(async () => expect(await waitingFor("waybill migrate")).toHaveLength(1));
  const before = await waitingFor("waybill migrate");
  wire.cut(how);
  // The one whose client is gone goes on waiting: it does not look at its connection meanwhile.
  await vi.waitFor(async () =>
    expect((await waitingFor("waybill migrate")).filter((pid) => !before.includes(pid))).toHaveLength(1)
  );
  await sql`select pg_advisory_unlock(${key})`;
  await migrating;
  expect(await migrate(database.url)).toEqual([]);
});

test.each(cuts)("work in a session ends when its connection is %s, whatever it is doing", async (how) => {
  let askAgain: Ask = () => Promise.resolve([]);
  const working = inSession({ url: wire.url }, async (ask) => {
    askAgain = ask;
    expect(await ask("select $1 as said", ["something"])).toEqual([{ said: "something" }]);
    wire.cut(how);
    await new Promise(() => {});
  });
  await expect(working).rejects.toMatchObject({ code: "database.unavailable" });
  await expect(askAgain("select 1")).rejects.toMatchObject({ code: "database.unavailable" });
});

test("a session's own mistakes are told as they are, and it goes on", async () => {
  const found = await inSession({ url: wire.url }, async (ask) => {
    await expect(ask("select nothing_of_the_kind")).rejects.toMatchObject({ code: "42703" });
    return await ask<{ one: number }>("select 1 as one");
  });
  expect(found).toEqual([{ one: 1 }]);
});

interface Wire {
  readonly url: string;
  cut(how: (typeof cuts)[number]): void;
  stop(): Promise<void>;
}

/** Another way to the database, which can be cut: as by a server that is killed, or by one that says good-bye. */
async function wireTo(databaseUrl: string): Promise<Wire> {
  const url = new URL(databaseUrl), { port } = url, ends = new Set<Socket>();
  const listener = createServer((client) => {
    const server = connect({ port: Number(port), host: "127.0.0.1" });
    client.pipe(server).pipe(client);
    ends.add(client);
    client.on("error", () => {}).on("close", () => server.destroy());
    server.on("error", () => {}).on("close", () => client.destroy());
  });
  await new Promise<void>((done) => listener.listen(0, "127.0.0.1", done));
  const address = listener.address();
  if (address === null || typeof address === "string") throw new Error("Cannot listen: no port");
  url.port = String(address.port);
  const cut: Wire["cut"] = (how) => {
    for (const end of ends) how === "reset" ? end.resetAndDestroy() : end.destroy();
    ends.clear();
  };
  return {
    url: url.href,
    cut,
    stop: () => {
      cut("closed");
      return new Promise((done) => listener.close(() => done()));
    },
  };
}
