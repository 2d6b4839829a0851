import { type Command, InvalidArgumentError } from "commander";
import { join, relative, resolve } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { connectJetStream } from "../../streams/broker/jetstream.ts";
import { exitCodes, Failure } from "../cli/failure.ts";
import { openAdmin } from "./admin.ts";
import { type Cluster, startCluster } from "./cluster.ts";
import { misshapen, type Shape, shapeMax, usualShape } from "./shape.ts";
import { untilStopped } from "./stopping.ts";
import { Watch } from "./view/facts.ts";
import { openScreen } from "./view/screen.ts";
import { plainLine } from "./view/text.ts";

const redrawMs = 700, plainMs = 5_000;
const described: Readonly<Record<keyof Shape, string>> = {
  nodes: "NATS nodes",
  hosts: "processes that run partitions",
  edges: "processes that face the world",
  projectors: "processes that make rows",
  delivers: "processes that work out what carriers sent",
  partitions: "partitions of a new log",
  replicas: "on how many NATS nodes a new log is stored",
};

/** `waybill cluster`. */
export function registerCluster(program: Command): void {
  const command = program.command("cluster")
    .description("start a whole cluster on this machine, watch it, and break it with keys");
  for (const [name, what] of Object.entries(described) as [keyof Shape, string][]) {
    command.option(`--${name} <n>`, what, countUpTo(shapeMax[name]), usualShape[name]);
  }
  command.action(async (shape: Shape) => void (process.exitCode = await run(shape)));
}

function countUpTo(max: number): (text: string) => number {
  return (text) => {
    const count = Number(text);
    if (/^\d+$/.test(text) && count >= 1 && count <= max) return count;
    throw new InvalidArgumentError(`It must be a number from 1 to ${max}.`);
  };
}

async function run(shape: Shape): Promise<number> {
  const problem = misshapen(shape);
  if (problem !== undefined) throw new Failure(problem, { exitCode: exitCodes.misused });
  const stopping = untilStopped(), sinceMs = performance.now();
  const dataDir = resolve(process.env.WAYBILL_DATA || join(".waybill", "cluster"));
  const port = Number(process.env.WAYBILL_PORT || 0);
  let log = (line: string) => console.log(line);
  const cluster = await startCluster({
    dataDir,
    shape,
    port,
    log: (line) => log(line),
    warn: withoutEchoes((line) => log(line)),
    aborted: stopping.signal,
  });
  try {
    const seconds = ((performance.now() - sinceMs) / 1_000).toFixed(1);
    console.log(welcome(cluster, seconds));
    await watch(cluster, stopping.signal, (instead) => log = instead);
  } finally {
    console.log("stopping: finishing what was accepted");
    await cluster.stop();
    console.log("stopped");
  }
  return exitCodes.ok;
}

/** A process that cannot reach something says so many times a second. */
function withoutEchoes(say: (line: string) => void): (line: string) => void {
  let last = "";
  return (line) => {
    if (line !== last) say(last = line);
  };
}

function welcome(cluster: Cluster, seconds: string): string {
  const { urls, key, dataDir, nats, databaseUrl } = cluster, folder = relative(process.cwd(), dataDir);
  const data = folder.startsWith("..") ? dataDir : folder || ".";
  return `Waybill's cluster is ready at ${urls.join(" and ")} (${seconds} s). Data: ${data}
Your key: ${key}
NATS: ${nats.nodes.map(({ client }) => `127.0.0.1:${client}`).join(", ")}; Postgres: ${
    new URL(databaseUrl).host
  }

  WAYBILL_DATA=${data} npm run demo               in another terminal: orders, and a report
  WAYBILL_DATA=${data} npx waybill log status     who owns what, how far everybody is

Ctrl-C stops everything that was started.`;
}

/** Shows how it is until somebody wants to stop; what processes say is shown in the view while there is one. */
async function watch(
  cluster: Cluster,
  signal: AbortSignal,
  redirect: (log: (line: string) => void) => void,
): Promise<void> {
  const broker = await connectJetStream(cluster.addressOf("operator"));
  const admin = await openAdmin(cluster.addressOf("operator"));
  const watched = new Watch(cluster, broker, admin);
  const screen = process.stdout.isTTY && process.stdin.isTTY ? openScreen(cluster) : undefined;
  if (screen) redirect(screen.say);
  const stopping = new AbortController(), stop = () => stopping.abort();
  signal.addEventListener("abort", stop);
  void screen?.quit.then(stop);
  try {
    while (!stopping.signal.aborted) {
      const facts = await watched.look();
      if (screen) screen.show(facts);
      else console.log(plainLine(facts));
      await sleep(screen ? redrawMs : plainMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  } finally {
    redirect((line) => console.log(line));
    await screen?.close();
    await Promise.allSettled([broker.close(), admin.close()]);
  }
}
