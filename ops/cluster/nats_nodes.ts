import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { ServerAddress } from "../../streams/broker/link.ts";
import { type Child, startChild } from "../local/child.mjs";
import { keptSecret } from "../local/data_folder.mjs";
import { freePort } from "../local/ports.mjs";

/** The users of ops/deploy/nats-cluster.conf. */
export const natsUsers = ["edge", "host", "projector", "deliver", "operator"] as const;
export type NatsUser = (typeof natsUsers)[number];

export interface NodePorts {
  readonly name: string;
  readonly client: number;
  readonly routes: number;
  readonly monitor: number;
}

export interface NatsNodes {
  readonly nodes: readonly NodePorts[];
  readonly secretsDir: string;
  passwordOf(user: NatsUser): string;
  addressOf(user: NatsUser): ServerAddress;
  /** Starts one node; it may not be healthy yet. */
  start(node: NodePorts, config?: string): Promise<Child>;
}

const entrypoint = fileURLToPath(new URL("../deploy/nats_entrypoint.sh", import.meta.url));
export const natsConfig = fileURLToPath(new URL("../deploy/nats-cluster.conf", import.meta.url));
/** As the head of that file says: a value of the server's own language. */
const quoted = (text: string) => JSON.stringify(text);
const at = (port: number) => quoted(`127.0.0.1:${port}`);

export interface NatsOptions {
  readonly dataDir: string;
  readonly count: number;
  readonly binary: string;
  /** Clients learn of no other addresses than those they are given: their connections go through proxies. */
  readonly unadvertised: boolean;
  readonly log: (line: string) => void;
}

/** The nodes as operators run them: with the file and the script that they are given, and a user for each role. */
export async function prepareNats(
  { dataDir, count, binary, unadvertised, log }: NatsOptions,
): Promise<NatsNodes> {
  const secretsDir = join(dataDir, "secrets"), nodes: NodePorts[] = [];
  for (let i = 1; i <= count; i++) {
    nodes.push({
      name: `nats-${i}`,
      client: await freePort(),
      routes: await freePort(),
      monitor: await freePort(),
    });
  }
  const kept = (user: string) => keptSecret(secretsDir, `nats_${user}_password`).value;
  for (const user of [...natsUsers, "sys", "routes"]) kept(user);
  const peers = nodes.map(({ routes }) => `127.0.0.1:${routes}`).join(" ");
  return {
    nodes,
    secretsDir,
    passwordOf: kept,
    addressOf: (user) => ({
      servers: nodes.map(({ client }) => `nats://127.0.0.1:${client}`),
      name: `cluster ${user}`,
      user,
      pass: kept(user),
      inboxPrefix: `_INBOX.${user}`,
    }),
    start: ({ name, client, routes, monitor }, config = natsConfig) =>
      startChild({
        name,
        command: "sh",
        args: [entrypoint, ...(unadvertised ? ["--no_advertise"] : [])],
        env: {
          NATS_SERVER: binary,
          WAYBILL_NATS_NAME: quoted(name),
          WAYBILL_NATS_STORE: quoted(join(dataDir, name)),
          WAYBILL_NATS_LISTEN: at(client),
          WAYBILL_NATS_MONITOR: at(monitor),
          WAYBILL_NATS_CLUSTER_LISTEN: at(routes),
          WAYBILL_NATS_PEERS: peers,
          WAYBILL_NATS_SECRETS: secretsDir,
          WAYBILL_NATS_CONFIG: config,
        },
        logPath: join(dataDir, "logs", `${name}.log`),
        onLine: (line) => {
          if (/\[FTL\]/.test(line)) log(`${name}: ${line}`);
        },
      }),
  };
}

const healthyMsMax = 60_000;

/** Waits until the node says that it is healthy: caught up with the others. */
export async function untilHealthy({ name, monitor }: NodePorts, aborted?: AbortSignal): Promise<void> {
  await untilOk(`http://127.0.0.1:${monitor}/healthz`, {
    what: name,
    msMax: healthyMsMax,
    ...(aborted && { aborted }),
  });
}

/** Waits until an address answers 200; says otherwise what it said last. */
export async function untilOk(
  url: string,
  { what, msMax, aborted }: { readonly what: string; readonly msMax: number; readonly aborted?: AbortSignal },
): Promise<void> {
  const giveUpAtMs = performance.now() + msMax;
  for (let last = "nothing";;) {
    aborted?.throwIfAborted();
    try {
      const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) });
      last = await answer.text();
      if (answer.ok) return;
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    if (performance.now() > giveUpAtMs) {
      throw new Error(`Cannot go on: ${what} is not ready: ${last.slice(0, 300)}`);
    }
    await sleep(100);
  }
}
