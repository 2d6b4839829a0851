// @ts-check
import { connect } from "node:net";
import { Unusable } from "./unusable.mjs";

/** @typedef {{ version: string, jetstream: boolean }} NatsInfo */

export const natsVersionMin = "2.12.0";
const probeMsMax = 3_000;

/**
 * Asks a server who it is. With a token it also proves that the token is right.
 * @param {{ url: string, token?: string }} server
 * @returns {Promise<NatsInfo>}
 */
export function probeNats({ url, token }) {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ""), port: Number(port || 4222) });
    let text = "";
    /** @param {Error | undefined} error @param {NatsInfo} [info] */
    const settle = (error, info) => {
      socket.destroy();
      if (error !== undefined || info === undefined) {
        reject(error ?? new Error("Cannot read the server's greeting"));
      } else resolve(info);
    };
    socket.setTimeout(probeMsMax, () => settle(new Error(`Cannot reach ${url}: no answer`)));
    socket.on("error", settle);
    socket.on("close", () => settle(new Error(`Cannot use ${url}: it closed the connection`)));
    socket.on("data", (bytes) => {
      text += bytes.toString("utf8");
      const info = readInfo(text);
      if (info === undefined) return;
      if (token === undefined) return settle(undefined, info);
      if (text.includes("-ERR")) {
        return settle(new Error(`Cannot use ${url}: ${/-ERR (.*)/.exec(text)?.[1]}`));
      }
      if (text.includes("\r\nPONG")) return settle(undefined, info);
      if (/^INFO [^\n]*\n$/.test(text)) socket.write(`CONNECT ${connectOptions(token)}\r\nPING\r\n`);
    });
  });
}

/**
 * @param {string} version
 * @param {string} minimum
 */
export function isAtLeast(version, minimum) {
  const [have, need] = [version, minimum].map((text) => (text.match(/\d+/g) ?? []).map(Number));
  for (let i = 0; i < 3; i++) {
    const difference = (have?.[i] ?? 0) - (need?.[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/**
 * @param {{ url: string, token?: string }} server
 * @returns {Promise<NatsInfo>}
 */
export async function requireNats(server) {
  const at = new URL(server.url).host;
  const info = await probeNats(server).catch((/** @type {Error} */ error) => {
    throw new Unusable(`Cannot use the NATS server at ${at}: ${error.message}`, { cause: error });
  });
  if (!isAtLeast(info.version, natsVersionMin)) {
    throw new Unusable(
      `Cannot use the NATS server at ${at}: it is ${info.version}, ${natsVersionMin} is needed`,
    );
  }
  if (!info.jetstream) {
    throw new Unusable(`Cannot use the NATS server at ${at}: JetStream is not enabled there`);
  }
  return info;
}

/** @param {string} token */
function connectOptions(token) {
  return JSON.stringify({
    auth_token: token,
    verbose: false,
    pedantic: false,
    lang: "waybill",
    version: "1",
  });
}

/**
 * @param {string} text
 * @returns {NatsInfo | undefined}
 */
function readInfo(text) {
  const line = /^INFO (.*)\r\n/.exec(text)?.[1];
  if (line === undefined) return undefined;
  /** @type {{ version?: string, jetstream?: boolean }} */
  const { version = "", jetstream = false } = JSON.parse(line);
  return { version, jetstream };
}
