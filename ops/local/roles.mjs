// @ts-check
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startChild } from "./child.mjs";
import { denoBinary, denoEnvironment, filesOfSettings, hostsOf, permissionFlags } from "./deno.mjs";
import { exampleSeller, exampleWarning } from "./example_seller.mjs";
import { Unusable } from "./unusable.mjs";

/** @typedef {import("./settings.mjs").Settings} Settings */
/** @typedef {import("./data_folder.mjs").Runtime} Runtime */
/** @typedef {"edge" | "host" | "projector"} RoleName */
/**
 * @typedef {object} RoleOptions
 * @property {RoleName} name
 * @property {Runtime} runtime
 * @property {Settings} settings
 * @property {{ key: string, secret: string }} secrets
 * @property {string} projectFolder
 * @property {(line: string) => void} log
 */

/**
 * A larger nursery for short-lived objects: requests and turns make many, and with V8's default of 16 MiB a tenth of the time went
 * into copying those that were about to die anyway. One thread collects it: with both cores busy the helpers' start was waited for
 * longer than they helped (profiled and compared under the benchmark's W1 and W2).
 */
const v8Flags = "--v8-flags=--min-semi-space-size=32,--max-semi-space-size=64,--no-parallel-scavenge";
/** What may lag under a peak must not slow down the turns. */
const lagNiceness = 10;
/** @param {string} roles */
const mayLag = (roles) => !/host|edge/.test(roles);
/** What a process does, where one user of NATS may do everything: whatever may lag behind shares one. */
const together = { edge: "edge", host: "host", projector: "projector,deliver" };
const readyMsMax = 120_000; // After a crash there may be much to read; what does not come up at all fails sooner.
const warningLevel = 40; // pino's

/**
 * Starts a role beside the embedded servers or the user's own.
 * @param {RoleOptions} options
 */
export async function startRole({ name, runtime, settings, secrets, projectFolder, log }) {
  const { dataDir, host } = settings;
  const ownNats = settings.natsUrl === undefined; // A cluster tells its clients of servers that we cannot name here.
  const hosts = [`${host}:${runtime.port}`, "127.0.0.1", ...hostsOf([runtime.databaseUrl])];
  const example = ownNats && name === "edge" ? exampleSeller(process.env) : undefined;
  if (example !== undefined) log(`edge: ${exampleWarning}`);
  const env = {
    ...example,
    ...environmentOf({ runtime, dataDir, secrets }),
    ...healthOf(name, runtime.health),
    WAYBILL_LOG_INIT: "true",
    WAYBILL_INBOX: process.env["WAYBILL_INBOX"] || "true",
  };
  return await startRoleProcess({
    name,
    roles: together[name],
    projectFolder,
    dataDir,
    logPath: join(dataDir, "logs", `${name}.log`),
    env,
    log,
    // Subscribers' endpoints, mail servers and browsers are anywhere.
    ...(ownNats && !together[name].includes("deliver") ? { hosts } : {}),
  });
}

/**
 * Starts one Deno process of the product, allowed to reach its servers and its data and no more.
 * @param {object} options
 * @param {string} options.name how its lines begin
 * @param {string} options.roles what `ops/main.ts run` shall do, separated by commas
 * @param {string} options.projectFolder
 * @param {string} options.dataDir the only folder that it may write to
 * @param {string} options.logPath
 * @param {Record<string, string | undefined>} options.env
 * @param {string[]} [options.hosts] what it may reach, beside where telemetry goes; absent: anything
 * @param {(line: string) => void} options.log
 */
export async function startRoleProcess({ name, roles, projectFolder, dataDir, logPath, env, hosts, log }) {
  const otlp = hostsOf([
    process.env["OTEL_EXPORTER_OTLP_ENDPOINT"],
    process.env["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"],
  ]);
  const reached = hosts === undefined ? {} : { hosts: [...hosts, ...otlp] };
  const files = filesOfSettings(process.env);
  const flags = permissionFlags({ projectFolder, dataDir, files, ...reached });
  return await startChild({
    name,
    command: denoBinary(),
    args: ["run", v8Flags, ...flags, "ops/main.ts", "run", roles],
    ...(mayLag(roles) ? { prefix: ["nice", "-n", String(lagNiceness)] } : {}),
    cwd: projectFolder,
    env: { ...denoEnvironment(), ...env, NO_COLOR: "1" },
    logPath,
    onLine: (line) => {
      const shown = worthShowing(line);
      if (shown !== undefined) log(`${name}: ${shown}`);
    },
  });
}

/**
 * The edge answers for itself and for the host; the others have a port of their own.
 * @param {RoleName} name
 * @param {Record<string, number>} [ports]
 */
function healthOf(name, ports = {}) {
  const port = ports[name];
  return {
    WAYBILL_HEALTH_PORT: port === undefined ? undefined : String(port),
    WAYBILL_READY_WITH: name === "edge" ? `http://127.0.0.1:${ports["host"]}/readyz` : undefined,
  };
}

/**
 * The environment of every process and command that works on a running system.
 * @param {{ runtime: Runtime, dataDir: string, secrets?: { key: string, secret: string } }} options
 * @returns {Record<string, string | undefined>}
 */
export function environmentOf({ runtime, dataDir, secrets }) {
  return {
    NATS_URL: runtime.natsUrl,
    NATS_TOKEN: runtime.natsToken,
    ...(runtime.natsUser === undefined ? {} : {
      NATS_USER: runtime.natsUser.user,
      NATS_PASSWORD: runtime.natsUser.pass,
      NATS_INBOX_PREFIX: runtime.natsUser.inboxPrefix,
    }),
    NATS_TOKEN_FILE: undefined, // The launcher has read what lies in files; naming both is refused.
    DATABASE_URL: runtime.databaseUrl,
    DATABASE_URL_FILE: undefined,
    WAYBILL_HOST: runtime.host,
    WAYBILL_PORT: String(runtime.port),
    WAYBILL_DATA: dataDir,
    ...(secrets === undefined ? {} : {
      WAYBILL_BOOTSTRAP_KEY: secrets.key,
      WAYBILL_BOOTSTRAP_KEY_FILE: undefined,
      WAYBILL_SECRET: secrets.secret,
      WAYBILL_SECRET_FILE: undefined,
    }),
  };
}

/**
 * Warnings and errors of the JSON log as text, and what a crash says; its stack and the rest are in the file only.
 * @param {string} line
 * @returns {string | undefined}
 */
export function worthShowing(line) {
  if (!line.startsWith("{")) return /^\S/.test(line) ? line : undefined; // A stack is indented.
  try {
    const { level, msg, err } = JSON.parse(line);
    if (typeof level === "number" && level < warningLevel) return undefined;
    if (["trace", "debug", "info"].includes(level)) return undefined;
    return [msg, err?.message].filter(Boolean).join(": ") || line;
  } catch (error) {
    if (error instanceof SyntaxError) return line;
    throw error;
  }
}

/**
 * @param {{ url: string, failed: Promise<string>, aborted: AbortSignal }} options
 */
export async function untilReady({ url, failed, aborted }) {
  /** @type {string | undefined} */
  let failure;
  failed.then((text) => failure = text);
  const giveUpAtMs = performance.now() + readyMsMax;
  for (;;) {
    aborted.throwIfAborted();
    if (failure !== undefined) throw new Unusable(`Cannot start: ${failure}`);
    if (performance.now() > giveUpAtMs) {
      throw new Unusable(`Cannot start: ${url}/readyz does not say that it is ready`);
    }
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) }).catch(() =>
      undefined
    );
    await answer?.body?.cancel();
    if (answer?.status === 200) return;
    await sleep(50);
  }
}
