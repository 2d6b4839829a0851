import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { type Runtime, writeRuntime } from "../local/data_folder.mjs";
import { processName } from "../local/process_table.mjs";
import { Failure } from "../cli/failure.ts";
import type { NatsNodes } from "./nats_nodes.ts";
import type { Shape } from "./shape.ts";

/** What is written down while a cluster runs: for commands in other terminals, and for the next start after a `kill -9`. */
export interface Notes {
  /** Of the first edge. */
  readonly port: number;
  started(name: string, pid: number): void;
  database(url: string): void;
}

export function runtimeNotes(
  { dataDir, port, nats }: { readonly dataDir: string; readonly port: number; readonly nats: NatsNodes },
): Notes {
  const runtime: Runtime = {
    launcher: processName(process.pid),
    natsUrl: nats.nodes.map(({ client }) => `nats://127.0.0.1:${client}`).join(","),
    natsUser: { user: "operator", pass: nats.passwordOf("operator"), inboxPrefix: "_INBOX.operator" },
    databaseUrl: "",
    host: "127.0.0.1",
    port,
    pids: {},
  };
  return {
    port,
    started: (name, pid) => {
      runtime.pids[name] = processName(pid);
      writeRuntime(dataDir, runtime);
    },
    database: (url) => void (runtime.databaseUrl = url),
  };
}

/** A folder's cluster keeps its number of nodes: a majority of those that it was made with must agree. */
export function keepShape(dataDir: string, { nodes }: Shape): void {
  const path = join(dataDir, "nodes");
  const before = existsSync(path) ? Number(readFileSync(path, "utf8")) : nodes;
  if (before !== nodes) {
    throw new Failure(
      `Cannot start ${nodes} NATS nodes: the cluster in ${dataDir} has ${before}; use --nodes ${before}, or another WAYBILL_DATA`,
    );
  }
  writeFileSync(path, `${nodes}\n`);
}
