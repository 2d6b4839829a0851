// @ts-check
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";

/** @typedef {{ first: number, last: number }} PortRange */

const portMin = 10_000, portMax = 65_535;
const triesMax = 1_000;
/** With fewer than these to choose from, a port that may be taken is better than none. */
const outsideMin = 100;
/** What Linux gives to outgoing connections unless told otherwise, and what IANA says, as macOS and Windows do. */
const ephemeralDefault = process.platform === "linux" ? "32768 60999" : "49152 65535";
/** Two callers of one process must not get the same port before either listens there. @type {Set<number>} */
const given = new Set();

/**
 * A port that nobody listens on just now, and that no outgoing connection takes while the server behind it is down. The same name
 * gets the same port again where it is free.
 * @param {{ host?: string, name?: string }} [options]
 */
export async function freePort({ host = "127.0.0.1", name } = {}) {
  const ports = portsOutside(ephemeralPorts());
  let at = name === undefined ? Math.floor(Math.random() * ports.length) : hashOf(name) % ports.length;
  for (let tries = 0; tries < triesMax; tries++, at = (at + 1) % ports.length) {
    const port = ports[at];
    if (port === undefined || given.has(port) || !await isFree(port, host)) continue;
    given.add(port);
    return port;
  }
  throw new Error(`Cannot find a free port: ${triesMax} were in use`);
}

/**
 * @param {PortRange} ephemeral
 * @returns {number[]}
 */
export function portsOutside({ first, last }) {
  const all = [], outside = [];
  for (let port = portMin; port <= portMax; port++) {
    all.push(port);
    if (port < first || port > last) outside.push(port);
  }
  return outside.length < outsideMin ? all : outside;
}

/**
 * The ports that the system gives to outgoing connections.
 * @returns {PortRange}
 */
export function ephemeralPorts() {
  const [first = 0, last = 0] = ephemeralText().trim().split(/\s+/).map(Number);
  return { first, last };
}

function ephemeralText() {
  if (process.platform !== "linux") return ephemeralDefault;
  try {
    return readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8");
  } catch {
    return ephemeralDefault; // No /proc, or not ours to read: few systems have another range.
  }
}

/** @param {string} text */
function hashOf(text) {
  return createHash("sha256").update(text).digest().readUInt32BE(0);
}

/**
 * @param {number} port
 * @param {string} host
 */
export async function isFree(port, host) {
  try {
    const server = await listen(port, host);
    await new Promise((resolve) => server.close(resolve));
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") return false;
    throw error;
  }
}

/**
 * @param {number} port
 * @param {string} host
 * @returns {Promise<import("node:net").Server>}
 */
function listen(port, host) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen({ port, host, exclusive: true }, () => resolve(server));
  });
}
