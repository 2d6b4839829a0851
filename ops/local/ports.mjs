// @ts-check
import { createServer } from "node:net";

/** A port of the loopback address that nobody listens on just now. */
export async function freePort() {
  const server = await listen(0, "127.0.0.1");
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("Cannot find a free port: no address");
  return address.port;
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
