// @ts-check
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Unusable } from "./unusable.mjs";

/**
 * @typedef {object} Settings
 * @property {number} port 0: any free one
 * @property {string} host
 * @property {string} dataDir
 * @property {string | undefined} natsUrl the user's own server, instead of the embedded one
 * @property {string | undefined} natsToken
 * @property {string | undefined} databaseUrl
 * @property {string | undefined} bootstrapKey
 * @property {string | undefined} secret
 */

const secretCharsMin = 16;

/**
 * What the launcher itself must know; `ops/config.ts` checks everything else in the processes that it starts.
 * @param {Record<string, string | undefined>} env
 * @returns {Settings}
 */
export function readSettings(env) {
  return {
    port: readPort(valueOf(env, "WAYBILL_PORT") ?? "8080"),
    host: valueOf(env, "WAYBILL_HOST") ?? "127.0.0.1",
    dataDir: resolve(valueOf(env, "WAYBILL_DATA") ?? ".waybill"),
    natsUrl: readUrl(env, "NATS_URL", ["nats", "tls", "ws", "wss"]),
    natsToken: valueOf(env, "NATS_TOKEN"),
    databaseUrl: readUrl(env, "DATABASE_URL", ["postgres", "postgresql"]),
    bootstrapKey: readSecret(env, "WAYBILL_BOOTSTRAP_KEY"),
    secret: readSecret(env, "WAYBILL_SECRET"),
  };
}

/**
 * A variable's value, or the content of the file that `NAME_FILE` names; empty counts as absent.
 * @param {Record<string, string | undefined>} env
 * @param {string} name
 */
function valueOf(env, name) {
  const file = env[`${name}_FILE`];
  if (!file) return env[name] || undefined;
  if (env[name]) throw wrong(`Cannot use ${name} and ${name}_FILE together: set one of them`);
  try {
    return readFileSync(file, "utf8").trim() || undefined;
  } catch (error) {
    throw wrong(`Cannot read ${name}_FILE: ${error instanceof Error ? error.message : error}`);
  }
}

/** @param {string} text */
function readPort(text) {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw wrong(`Cannot use WAYBILL_PORT=${text}: it is not a port number (0 to 65535)`);
}

/**
 * @param {Record<string, string | undefined>} env
 * @param {string} name
 * @param {string[]} schemes
 */
function readUrl(env, name, schemes) {
  const value = valueOf(env, name);
  for (const one of value?.split(",") ?? []) {
    const text = one.includes("://") || name !== "NATS_URL" ? one.trim() : `nats://${one.trim()}`;
    if (URL.canParse(text) && schemes.includes(new URL(text).protocol.slice(0, -1))) continue;
    throw wrong(`Cannot use ${name}: it is not a URL that starts with ${schemes[0]}://`); // It may hold a password.
  }
  return value;
}

/**
 * @param {Record<string, string | undefined>} env
 * @param {string} name
 */
function readSecret(env, name) {
  const value = valueOf(env, name);
  if (value === undefined || value.length >= secretCharsMin) return value;
  throw wrong(`Cannot use ${name}: it is shorter than ${secretCharsMin} characters`);
}

/** @param {string} message */
function wrong(message) {
  return new Unusable(message, { exitCode: 2 });
}
