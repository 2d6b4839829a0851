// @ts-check
import { keptSecret, removeRuntime, takeDataFolder, writeRuntime } from "./data_folder.mjs";
import { stopOrphans } from "./orphans.mjs";
import { freePort, isFree } from "./ports.mjs";
import { processName } from "./process_table.mjs";
import { startRole, untilReady } from "./roles.mjs";
import { startServers } from "./servers.mjs";
import { supervise } from "./supervisor.mjs";
import { Unusable } from "./unusable.mjs";

/** @typedef {import("./settings.mjs").Settings} Settings */
/** @typedef {import("./supervisor.mjs").Supervised} Supervised */
/** @typedef {import("./data_folder.mjs").Runtime} Runtime */
/** @typedef {import("./roles.mjs").RoleName} RoleName */
/** @typedef {(line: string) => void} Log */
/** @typedef {(name: string, start: () => Promise<import("./child.mjs").Child>) => Promise<void>} Keep */
/**
 * @typedef {object} StartOptions
 * @property {Settings} settings
 * @property {string} projectFolder
 * @property {Log} log
 * @property {AbortSignal} aborted
 * @property {boolean} [serversOnly] nats-server and Postgres, and nothing that would begin a log
 */
/**
 * @typedef {object} RunningSystem
 * @property {string} url
 * @property {string} key
 * @property {boolean} keyIsNew
 * @property {Promise<string>} failed says what does not stay up
 * @property {() => Promise<void>} stop
 */

/**
 * Starts everything on this machine, and hands back what runs once it answers. Whatever goes wrong on the way,
 * nothing that was started is left behind.
 * @param {StartOptions} options
 * @returns {Promise<RunningSystem>}
 */
export async function startSystem(options) {
  const { dataDir } = options.settings;
  const lock = takeDataFolder(dataDir);
  /** @type {Supervised[][]} stopped from the last to the first: the edge's last requests are still answered */
  const tiers = [[], [], []];
  const stop = async () => {
    for (const tier of tiers.toReversed?.() ?? [...tiers].reverse()) {
      await Promise.all(tier.map((one) => one.stop()));
    }
    removeRuntime(dataDir);
    lock.release();
  };
  try {
    await stopOrphans(dataDir, options.log);
    return { ...await startTiers(options, tiers), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * @param {StartOptions} options
 * @param {Supervised[][]} tiers filled with what was started
 */
async function startTiers(
  { settings, projectFolder, log, aborted, serversOnly = false },
  [servers = [], workers = [], edges = []],
) {
  const { host, dataDir } = settings;
  const port = await portToUse(settings);
  const key = settings.bootstrapKey === undefined
    ? keptSecret(dataDir, "bootstrap-key", "wb_bootstrap_")
    : { value: settings.bootstrapKey, isNew: false };
  const secret = settings.secret ?? keptSecret(dataDir, "secret").value;
  /** @type {Runtime} */
  const runtime = { launcher: processName(process.pid), natsUrl: "", databaseUrl: "", host, port, pids: {} };
  const keepIn = (/** @type {Supervised[]} */ tier) => keeper({ tier, runtime, dataDir, log });
  Object.assign(runtime, await startServers({ settings, keep: keepIn(servers), log }));
  aborted.throwIfAborted();
  if (serversOnly) {
    writeRuntime(dataDir, runtime);
    for (const one of servers) one.settle();
    const failed = Promise.race(servers.map((one) => one.failed));
    return { url: urlOf(host, port), key: key.value, keyIsNew: key.isNew, failed };
  }
  const common = { runtime, projectFolder, settings, secrets: { key: key.value, secret }, log };
  runtime.health = {
    host: await freePort({ name: `${dataDir} host` }),
    projector: await freePort({ name: `${dataDir} projector` }),
  };
  const start = (/** @type {RoleName} */ name) => () => startRole({ ...common, name });
  const keepWorker = keepIn(workers);
  await allOrError([
    keepWorker("host", start("host")),
    keepWorker("projector", start("projector")),
    keepIn(edges)("edge", start("edge")),
  ]);
  const url = urlOf(host, port);
  const all = [...servers, ...workers, ...edges];
  const failed = Promise.race(all.map((one) => one.failed));
  await untilReady({ url, failed, aborted });
  for (const one of all) one.settle();
  return { url, key: key.value, keyIsNew: key.isNew, failed };
}

/**
 * Starts and supervises one process; where it runs is written down at once, for a start after a kill -9.
 * @param {{ tier: Supervised[], runtime: Runtime, dataDir: string, log: Log }} options
 * @returns {Keep}
 */
function keeper({ tier, runtime, dataDir, log }) {
  return async (name, start) => {
    const onStart = (/** @type {import("./child.mjs").Child} */ child) => {
      runtime.pids[name] = processName(child.pid);
      writeRuntime(dataDir, runtime);
    };
    tier.push(await supervise({ name, start, log, onStart }));
  };
}

/**
 * A system that listens at every address is asked at this machine's own.
 * @param {string} host
 * @param {number} port
 */
function urlOf(host, port) {
  const reachable = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  return `http://${reachable.includes(":") ? `[${reachable}]` : reachable}:${port}`;
}

/** @param {Settings} settings */
async function portToUse({ port, host }) {
  if (port === 0) return await freePort({ host });
  const free = await isFree(port, host).catch((error) => {
    throw new Unusable(`Cannot listen at ${host}:${port}: ${error instanceof Error ? error.message : error}`);
  });
  if (free) return port;
  throw new Unusable(
    `Cannot listen at ${host}:${port}: the port is in use; choose another with WAYBILL_PORT`,
  );
}

/**
 * Waits for all, also when one fails: what is still starting can only be stopped once it has started.
 * @param {Promise<void>[]} starts
 */
export async function allOrError(starts) {
  for (const result of await Promise.allSettled(starts)) {
    if (result.status === "rejected") throw result.reason;
  }
}
