import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { z } from "zod";
import type { Credentials } from "../../streams/broker/link.ts";
import { type Config, readConfig } from "../config.ts";
import { exitCodes, Failure } from "./failure.ts";
import { jsonOf } from "../../streams/json_of.ts";

/** Where a running system can be reached. */
export interface FoundSystem {
  readonly natsUrl: string;
  readonly natsAccess: Credentials;
  readonly databaseUrl?: string;
  /** Of its HTTP API. */
  readonly baseUrl: string;
}

/** What the launcher writes into the data folder while it runs; it holds more than is read here. */
const runtimeFile = z.object({
  natsUrl: z.string(),
  natsToken: z.string().optional(),
  databaseUrl: z.string().optional(),
  host: z.string(),
  port: z.number(),
});

/** The configuration of this process; what is wrong with it becomes one line each. */
export function ownConfig(env: Readonly<Record<string, string | undefined>> = process.env): Config {
  const result = readConfig(env, (path) => readFileSync(path, "utf8"));
  if (!result.ok) throw new Failure(result.problems.join("\n"), { exitCode: exitCodes.misused });
  return result.config;
}

/** The system that the environment names, else the one that runs on the data folder. */
export function findSystem(config: Config): FoundSystem {
  const { natsUrl, natsAccess, databaseUrl } = config;
  if (natsUrl === undefined) return fromDataFolder(config.dataDir);
  return {
    natsUrl,
    natsAccess,
    baseUrl: baseUrlOf(config),
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
  };
}

function fromDataFolder(dataDir: string): FoundSystem {
  const path = join(dataDir, "runtime.json");
  const text = readIfThere(path);
  if (text === undefined) {
    throw new Failure(`Cannot find a running system: start one with "npm start", or set NATS_URL`);
  }
  const parsed = runtimeFile.safeParse(jsonOf(text));
  if (!parsed.success) throw new Failure(`Cannot read ${path}: it is not what "npm start" writes`);
  const { natsUrl, natsToken, databaseUrl } = parsed.data;
  return {
    natsUrl,
    natsAccess: natsToken === undefined ? {} : { token: natsToken },
    baseUrl: baseUrlOf(parsed.data),
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
  };
}

/** A system that listens at every address is asked at this machine's own. */
function baseUrlOf({ host, port }: { readonly host: string; readonly port: number }): string {
  const reachable = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  return `http://${reachable.includes(":") ? `[${reachable}]` : reachable}:${port}`;
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw new Failure(`Cannot read ${path}: ${error instanceof Error ? error.message : error}`);
  }
}
