// @ts-check
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { findNatsServer, startNats } from "./nats_server.mjs";
import { requireNats } from "./nats_probe.mjs";
import { freePort } from "./ports.mjs";
import { startPostgres } from "./postgres.mjs";
import { requirePostgres } from "./postgres_database.mjs";

/** @typedef {import("./settings.mjs").Settings} Settings */
/** @typedef {import("./start.mjs").Keep} Keep */
/** @typedef {{ settings: Settings, keep: Keep, log: (line: string) => void }} ServersOptions */

/**
 * The user's own servers when they are named, else embedded ones, started at the same time.
 * @param {ServersOptions} options
 */
export async function startServers(options) {
  const [nats, database] = await Promise.allSettled([natsOf(options), databaseOf(options)]);
  if (nats.status === "rejected") throw nats.reason;
  if (database.status === "rejected") throw database.reason;
  return { ...nats.value, ...database.value };
}

/**
 * @param {ServersOptions} options
 * @returns {Promise<{ natsUrl: string, natsToken?: string }>}
 */
async function natsOf({ settings, keep, log }) {
  const { natsUrl, natsToken, dataDir } = settings;
  if (natsUrl !== undefined) {
    const first = natsUrl.split(",")[0]?.trim() ?? natsUrl;
    const url = first.includes("://") ? first : `nats://${first}`;
    await requireNats({ url, ...(natsToken === undefined ? {} : { token: natsToken }) });
    return { natsUrl, ...(natsToken === undefined ? {} : { natsToken }) };
  }
  const binary = await findNatsServer({ log });
  // Kept over restarts of the server, so that its clients find it again.
  const [port, token] = [
    await freePort({ name: `${dataDir} nats-server` }),
    randomBytes(24).toString("base64url"),
  ];
  await keep("nats-server", () =>
    startNats({
      binary: binary.path,
      dataDir: join(dataDir, "nats"),
      logPath: join(dataDir, "logs", "nats-server.log"),
      log: (line) => log(`nats-server: ${line}`),
      port,
      token,
    }));
  return { natsUrl: `nats://127.0.0.1:${port}`, natsToken: token };
}

/** @param {ServersOptions} options */
async function databaseOf({ settings, keep, log }) {
  const { databaseUrl, dataDir } = settings;
  if (databaseUrl !== undefined) {
    await requirePostgres(databaseUrl);
    return { databaseUrl };
  }
  const port = await freePort({ name: `${dataDir} postgres` });
  let url = "";
  await keep("postgres", async () => {
    const server = await startPostgres({
      dataDir: join(dataDir, "postgres"),
      logPath: join(dataDir, "logs", "postgres.log"),
      log: (line) => log(`postgres: ${line}`),
      port,
    });
    url = server.url;
    return server;
  });
  return { databaseUrl: url };
}
