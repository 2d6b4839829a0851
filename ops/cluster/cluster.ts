import { mkdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import type { ServerAddress } from "../../streams/broker/link.ts";
import { keptSecret, removeRuntime, takeDataFolder } from "../local/data_folder.mjs";
import { findNatsServer } from "../local/nats_server.mjs";
import { stopOrphans } from "../local/orphans.mjs";
import { freePort } from "../local/ports.mjs";
import { startPostgres } from "../local/postgres.mjs";
import { Member } from "./member.ts";
import { type NatsNodes, type NatsUser, prepareNats, untilHealthy, untilOk } from "./nats_nodes.ts";
import { type RoleKind, type RoleMember, roleMember } from "./roles.ts";
import { keepShape, type Notes, runtimeNotes } from "./notes.ts";
import { makeLog } from "./make_log.ts";
import type { Shape } from "./shape.ts";

export interface ClusterOptions {
  readonly dataDir: string;
  readonly shape: Shape;
  /** Where the first edge listens; 0: anywhere. */
  readonly port: number;
  /** Between every role and every NATS node lies a wire that can be cut. */
  readonly proxied?: boolean;
  /** Instead of the configuration that users deploy. */
  readonly natsConfig?: string;
  /** No log is made and no role started: to restore a backup into. */
  readonly serversOnly?: boolean;
  readonly log: (line: string) => void;
  /** Hears what processes warn of; left out: only their log files do. */
  readonly warn?: (line: string) => void;
  readonly aborted?: AbortSignal;
}

/** A whole cluster on this machine: every process of it, and what may be done to each. */
export interface Cluster {
  readonly shape: Shape;
  readonly dataDir: string;
  readonly members: readonly Member[];
  readonly roles: readonly RoleMember[];
  readonly nats: NatsNodes;
  /** Of the edges. */
  readonly urls: readonly string[];
  readonly key: string;
  readonly databaseUrl: string;
  member(name: string): Member;
  addressOf(user: NatsUser): ServerAddress;
  /** Where a NATS node tells how it is. */
  monitorOf(name: string): string;
  /** One more process of a role, started. */
  join(kind: RoleKind): Promise<RoleMember>;
  /** Waits until every member that should run says that it is ready. */
  untilReady(msMax: number): Promise<void>;
  stop(): Promise<void>;
}

/** Starts everything, and hands it back once it answers. Whatever goes wrong on the way, nothing is left behind. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const { dataDir, log, shape } = options;
  const lock = takeDataFolder(dataDir);
  const parts: Parts = { members: [], roles: [] };
  const stop = async () => {
    await stopMembers(parts);
    removeRuntime(dataDir);
    lock.release();
  };
  try {
    await stopOrphans(dataDir, log);
    keepShape(dataDir, shape);
    return await startAll(options, parts, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Parts {
  readonly members: Member[];
  readonly roles: RoleMember[];
}

const tiers: readonly Member["kind"][][] = [["edge", "deliver"], ["projector", "host"], ["postgres", "nats"]];

async function stopMembers({ members, roles }: Parts): Promise<void> {
  for (const kinds of tiers) {
    await Promise.all(members.filter(({ kind }) => kinds.includes(kind)).map((member) => member.drain()));
  }
  await Promise.all(roles.flatMap(({ wires }) => wires).map((wire) => wire.stop()));
}

const readyMsMax = 120_000;

async function startAll(options: ClusterOptions, parts: Parts, stop: () => Promise<void>): Promise<Cluster> {
  const { dataDir, shape, log, aborted } = options;
  mkdirSync(join(dataDir, "secrets"), { recursive: true, mode: 0o700 });
  const secrets = {
    key: process.env.WAYBILL_BOOTSTRAP_KEY || keptSecret(dataDir, "bootstrap-key", "wb_bootstrap_").value,
    secret: keptSecret(dataDir, "secret").value,
  };
  const { path: binary } = await findNatsServer({ log });
  const unadvertised = options.proxied === true;
  const nats = await prepareNats({ dataDir, count: shape.nodes, binary, unadvertised, log });
  const notes = runtimeNotes({ dataDir, port: options.port || await freePort(), nats });
  const databaseUrl = await startServers(options, parts, { nats, notes });
  aborted?.throwIfAborted();
  if (!options.serversOnly) await makeLog(nats.addressOf("operator"), shape, aborted);
  const publicUrl = `http://127.0.0.1:${notes.port}`;
  const servers = { dataDir, nats, proxied: unadvertised, databaseUrl };
  const common = { ...servers, publicUrl, secrets, log, warn: options.warn };
  const add = async (kind: RoleKind) => {
    const count = parts.roles.filter(({ member }) => member.kind === kind).length + 1;
    const name = `${kind}-${count}`, started = (pid: number) => notes.started(name, pid);
    const port = kind === "edge" && count === 1 ? { port: notes.port } : {};
    const role = await roleMember({ ...common, ...port, kind, name, started });
    parts.roles.push(role);
    parts.members.push(role.member);
    await role.member.revive();
    return role;
  };
  for (const kind of options.serversOnly ? [] : ["host", "projector", "deliver", "edge"] as const) {
    for (let i = 0; i < shape[`${kind}s`]; i++) await add(kind);
  }
  const cluster = clusterOf({ options, parts, nats, databaseUrl, key: secrets.key, join: add, stop });
  await cluster.untilReady(readyMsMax);
  return cluster;
}

/** NATS and Postgres at the same time; the database's address. */
async function startServers(
  { dataDir, natsConfig, log, aborted }: ClusterOptions,
  parts: Parts,
  { nats, notes }: { readonly nats: NatsNodes; readonly notes: Notes },
): Promise<string> {
  for (const node of nats.nodes) {
    const { name } = node, started = (pid: number) => notes.started(name, pid);
    parts.members.push(
      new Member({ name, kind: "nats", start: () => nats.start(node, natsConfig), started, log }),
    );
  }
  const port = await freePort();
  let url = "";
  const start = async () => {
    const logPath = join(dataDir, "logs", "postgres.log");
    const server = await startPostgres({ dataDir: join(dataDir, "postgres"), port, logPath });
    url = server.url;
    notes.database(url);
    return server;
  };
  const started = (pid: number) => notes.started("postgres", pid);
  parts.members.push(new Member({ name: "postgres", kind: "postgres", start, started, log }));
  const outcomes = await Promise.allSettled(parts.members.map((member) => member.revive()));
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
  for (const node of nats.nodes) await untilHealthy(node, aborted);
  return url;
}

interface Made {
  readonly options: ClusterOptions;
  readonly parts: Parts;
  readonly nats: NatsNodes;
  readonly databaseUrl: string;
  readonly key: string;
  readonly join: Cluster["join"];
  readonly stop: () => Promise<void>;
}

function clusterOf({ options, parts, nats, databaseUrl, key, join, stop }: Made): Cluster {
  const { members, roles } = parts, { shape, dataDir, aborted } = options;
  return {
    shape,
    dataDir,
    members,
    roles,
    nats,
    get urls() {
      return roles.filter(({ member }) => member.kind === "edge").map(({ url }) => url);
    },
    key,
    databaseUrl,
    member: (name) => {
      const found = members.find((member) => member.name === name);
      if (found === undefined) throw new Error(`Cannot find ${name}: it is no member of this cluster`);
      return found;
    },
    addressOf: nats.addressOf,
    monitorOf: (name) => `http://127.0.0.1:${nats.nodes.find((node) => node.name === name)?.monitor}`,
    join,
    untilReady: async (msMax) => {
      const awaited = roles.filter(({ member }) => member.state === "up" || member.state === "starting");
      await Promise.all(
        awaited.map(({ member, url }) =>
          untilOk(`${url}/readyz`, { what: member.name, msMax, ...(aborted && { aborted }) })
        ),
      );
    },
    stop,
  };
}
