import { join } from "node:path";
import { mkdirSync } from "node:fs";
import { projectFolder } from "../bench/child.ts";
import { freePort } from "../local/ports.mjs";
import { startRoleProcess } from "../local/roles.mjs";
import { Member } from "./member.ts";
import type { NatsNodes } from "./nats_nodes.ts";
import { type Proxy, startProxy } from "./proxy.ts";

export type RoleKind = "host" | "edge" | "projector" | "deliver";

/** One process of ours: what is done to it, and where it is asked how it is. */
export interface RoleMember {
  readonly member: Member;
  /** Answers /readyz and /metrics; an edge's is its API, too. */
  readonly url: string;
  /** One for each NATS node; none when it is connected directly. */
  readonly wires: readonly Proxy[];
}

export interface RoleOptions {
  readonly kind: RoleKind;
  readonly name: string;
  /** Of an edge: where it listens. */
  readonly port?: number;
  /** Where customers reach the shop, whichever edge answers. */
  readonly publicUrl: string;
  readonly dataDir: string;
  readonly nats: NatsNodes;
  readonly proxied: boolean;
  readonly databaseUrl: string;
  readonly secrets: { readonly key: string; readonly secret: string };
  readonly started: (pid: number) => void;
  readonly log: (line: string) => void;
  readonly warn: ((line: string) => void) | undefined;
}

export async function roleMember(options: RoleOptions): Promise<RoleMember> {
  const { kind, name, dataDir, nats, proxied, started, log, warn } = options;
  const wires = proxied ? await Promise.all(nats.nodes.map(({ client }) => startProxy(client))) : [];
  const natsPorts = proxied ? wires.map(({ port }) => port) : nats.nodes.map(({ client }) => client);
  const port = options.port ?? await freePort();
  const own = join(dataDir, "roles", name);
  mkdirSync(own, { recursive: true });
  const start = () =>
    startRoleProcess({
      name,
      roles: kind,
      projectFolder,
      dataDir: own,
      logPath: join(dataDir, "logs", `${name}.log`),
      env: environmentOf(options, natsPorts, port),
      ...(kind !== "deliver" && {
        hosts: [...natsPorts, port, portOf(options.databaseUrl)].map((port) => `127.0.0.1:${port}`),
      }),
      log: warn ?? (() => {}),
    });
  return { member: new Member({ name, kind, start, started, log }), url: `http://127.0.0.1:${port}`, wires };
}

const portOf = (url: string) => Number(new URL(url).port);

/** Each role is told what it needs, as the deployment files do; whatever the user has set for others stays out of it. */
function environmentOf(
  { kind, nats, databaseUrl, publicUrl, secrets }: RoleOptions,
  natsPorts: readonly number[],
  port: number,
): Record<string, string | undefined> {
  const rows = kind === "host" ? undefined : databaseUrl;
  return {
    ...Object.fromEntries(foreign.map((name) => [name, undefined])),
    NATS_URL: natsPorts.map((port) => `nats://127.0.0.1:${port}`).join(","),
    NATS_USER: kind,
    NATS_PASSWORD: nats.passwordOf(kind),
    NATS_INBOX_PREFIX: `_INBOX.${kind}`,
    DATABASE_URL: rows,
    WAYBILL_HOST: "127.0.0.1",
    ...((kind === "edge" || kind === "deliver") && { WAYBILL_SECRET: secrets.secret }),
    ...(kind === "edge"
      ? {
        WAYBILL_PORT: String(port),
        WAYBILL_PUBLIC_URL: publicUrl,
        WAYBILL_BOOTSTRAP_KEY: secrets.key,
      }
      : { WAYBILL_HEALTH_PORT: String(port) }),
  };
}

const foreign = [
  ...["NATS_TOKEN", "NATS_CREDS", "NATS_URL", "NATS_USER", "NATS_PASSWORD", "DATABASE_URL"],
  ...["WAYBILL_BOOTSTRAP_KEY", "WAYBILL_SECRET", "WAYBILL_HEALTH_PORT", "WAYBILL_READY_WITH"],
  ...["WAYBILL_HEALTH_HOST", "WAYBILL_LOG_INIT"],
].flatMap((name) => [name, `${name}_FILE`]);
