import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../cli/failure.ts";
import { findSystem, ownConfig } from "../cli/find_system.ts";

/** Where the system listens, and the key to speak to it. */
export interface Target {
  readonly url: string;
  readonly key: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** `WAYBILL_URL` and `WAYBILL_KEY`, else what the launcher tells of the system that runs on this machine. */
export function findTarget(env: Environment): Target {
  const url = env["WAYBILL_URL"] || findSystem(ownConfig(env)).baseUrl;
  if (!URL.canParse(url)) throw new Failure(`Cannot use WAYBILL_URL=${url}: it is no URL`, { exitCode: 2 });
  const key = env["WAYBILL_KEY"] || env["WAYBILL_BOOTSTRAP_KEY"] ||
    keptKey(env["WAYBILL_DATA"] || ".waybill");
  if (key === undefined) {
    throw new Failure(`Cannot speak to ${url}: no key; set WAYBILL_KEY`, { exitCode: 2 });
  }
  return { url: url.replace(/\/+$/, ""), key };
}

export function nothingRuns(url: string): string {
  return `Cannot reach Waybill at ${url}: nothing answers there; run npm start in another terminal first`;
}

function keptKey(folder: string): string | undefined {
  try {
    return readFileSync(join(folder, "bootstrap-key"), "utf8").trim() || undefined;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
