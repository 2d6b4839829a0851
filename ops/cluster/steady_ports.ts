import { isFree } from "../local/ports.mjs";

/** Below the ports that systems give to outgoing connections: one of those could be taken while the process that listens there is down. */
const from = 10_000, to = 32_000, triesMax = 1_000;
const given = new Set<number>();

/** A port that stays free for a process that may be killed and started again. */
export async function steadyPort(): Promise<number> {
  for (let tries = 0; tries < triesMax; tries++) {
    const port = from + Math.floor(Math.random() * (to - from));
    if (given.has(port) || !await isFree(port, "127.0.0.1")) continue;
    given.add(port);
    return port;
  }
  throw new Error(`Cannot find a free port between ${from} and ${to}: ${triesMax} were in use`);
}
