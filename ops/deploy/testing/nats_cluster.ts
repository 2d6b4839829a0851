import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env } from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { findNatsServer } from "../../local/nats_server.mjs";
import { freePort } from "../../local/ports.mjs";
import type { ServerAddress } from "../../../streams/broker/link.ts";

export const natsUsers = ["edge", "host", "projector", "deliver", "operator"] as const;
export type NatsUser = (typeof natsUsers)[number];

/** Real nodes, started with the file and the script that operators are given. */
export interface TestCluster {
  readonly monitors: readonly string[];
  /** How the role connects. */
  addressOf(user: NatsUser): ServerAddress;
  stop(): Promise<void>;
}

const entrypoint = fileURLToPath(new URL("../nats_entrypoint.sh", import.meta.url));
const configFile = fileURLToPath(new URL("../nats-cluster.conf", import.meta.url));
const readyMsMax = 120_000;
const passwordOf = (user: string) => `1e5-password-of_${user}`;
/** As the file's head says: a value of the server's own language. */
const quoted = (text: string) => JSON.stringify(text);

interface NodePorts {
  readonly client: number;
  readonly cluster: number;
  readonly monitor: number;
}

export async function startTestCluster(nodes = 3): Promise<TestCluster> {
  const { path: binary } = await findNatsServer();
  const home = await mkdtemp(join(tmpdir(), "waybill-cluster-"));
  const ports: NodePorts[] = [];
  for (let node = 0; node < nodes; node++) {
    ports.push({ client: await freePort(), cluster: await freePort(), monitor: await freePort() });
  }
  for (const user of [...natsUsers, "routes", "sys"]) {
    await writeFile(join(home, `nats_${user}_password`), `${passwordOf(user)}\n`);
  }
  const children = ports.map((_, node) => startNode(binary, environmentOf(ports, node, home)));
  const monitors = ports.map(({ monitor }) => `http://127.0.0.1:${monitor}`);
  const stop = async () => {
    for (const { child } of children) child.kill("SIGKILL");
    await Promise.all(children.map(({ ended }) => ended));
    await rm(home, { recursive: true, force: true });
  };
  try {
    for (const [node, child] of children.entries()) await healthy(monitors[node] ?? "", child);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    monitors,
    stop,
    addressOf: (user) => ({
      servers: ports.map(({ client }) => `nats://127.0.0.1:${client}`),
      name: user,
      user,
      pass: passwordOf(user),
      inboxPrefix: `_INBOX.${user}`,
    }),
  };
}

function environmentOf(ports: readonly NodePorts[], node: number, home: string): Record<string, string> {
  const at = (port: number | undefined) => quoted(`127.0.0.1:${port}`);
  return {
    WAYBILL_NATS_NAME: quoted(`n${node}`),
    WAYBILL_NATS_STORE: quoted(join(home, `n${node}`)),
    WAYBILL_NATS_LISTEN: at(ports[node]?.client),
    WAYBILL_NATS_MONITOR: at(ports[node]?.monitor),
    WAYBILL_NATS_CLUSTER_LISTEN: at(ports[node]?.cluster),
    WAYBILL_NATS_PEERS: ports.map(({ cluster }) => `127.0.0.1:${cluster}`).join(" "),
    WAYBILL_NATS_SECRETS: home,
    WAYBILL_NATS_CONFIG: configFile,
  };
}

/** The script ends as nats-server, so a signal to it reaches the server. */
function startNode(binary: string, node: Record<string, string>) {
  const child: ChildProcess = spawn("sh", [entrypoint], {
    env: { ...node, NATS_SERVER: binary, PATH: env.PATH },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let log = "";
  child.stderr?.on("data", (chunk) => log = (log + String(chunk)).slice(-4_000));
  const ended = new Promise<void>((done) => child.once("exit", () => done()));
  return { child, ended, log: () => log };
}

async function healthy(url: string, { child, log }: ReturnType<typeof startNode>): Promise<void> {
  const giveUpAtMs = Date.now() + readyMsMax;
  while (!(await fetch(`${url}/healthz`).then((answer) => answer.ok).catch(() => false))) {
    if (Date.now() > giveUpAtMs || child.exitCode !== null) {
      throw new Error(`Cannot start a cluster: ${url} is not healthy: ${log()}`);
    }
    await sleep(200);
  }
}
