import { join } from "node:path";
import postgres from "postgres";
import { freePort } from "../local/ports.mjs";
import { createBaselineSchema, stockBaseline } from "./baseline_schema.ts";
import { fileURLToPath } from "node:url";
import { nodeArgs, startProgram } from "./child.ts";
import { ampleUnits } from "./ours.ts";
import type { Watched } from "./process_sample.ts";

/** What a good engineer would write instead; the better pool size of each counts. */
export const methods = ["transaction", "function"] as const;
export type Method = (typeof methods)[number];
export const poolSizes = [4, 16] as const;

/** The baselines' own fresh Postgres, with fsync before every commit as Postgres has it by default. */
export interface Baselines {
  /** Starts one baseline's HTTP server. */
  start(method: Method, pool: number): Promise<RunningBaseline>;
  stop(): Promise<void>;
}
export interface RunningBaseline {
  readonly port: number;
  readonly watch: readonly Watched[];
  stop(): Promise<void>;
}

const readyMsMax = 60_000;

export async function startBaselines(folder: string): Promise<Baselines> {
  const server = await startServer(join(folder, "baseline"));
  const urls: Record<Method, string> = { transaction: "", function: "" };
  for (const method of methods) urls[method] = await makeDatabase(server.url, `baseline_${method}`);
  return {
    async start(method, pool) {
      const port = await freePort();
      const program = await startProgram({
        args: nodeArgs("baseline_server.ts", method, String(pool), String(port)),
        env: { DATABASE_URL: urls[method] },
        readyLine: "ready",
        readyMsMax,
      });
      const watch = [{ name: "server", pid: program.pid }, { name: "postgres", pid: server.pid }];
      return { port, watch, stop: () => program.stop() };
    },
    stop: () => server.stop(),
  };
}

async function startServer(folder: string): Promise<{ url: string; pid: number; stop(): Promise<void> }> {
  const args = [fileURLToPath(new URL("./baseline_postgres.mjs", import.meta.url)), folder];
  const program = await startProgram({ args, readyLine: "ready", readyMsMax });
  const [, url = "", pid] = program.ready.split(" ");
  return { url, pid: Number(pid), stop: () => program.stop() };
}

/** A database of its own for each, so that one's tables and their upkeep do not burden the other's. */
async function makeDatabase(serverUrl: string, name: string): Promise<string> {
  const admin = postgres(serverUrl, { max: 1, onnotice: () => {} });
  await admin.unsafe(`create database ${name}`);
  await admin.end();
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const sql = postgres(url.href, { max: 1, onnotice: () => {} });
  await createBaselineSchema(sql);
  await stockBaseline(sql, ampleUnits);
  await sql.end();
  return url.href;
}
