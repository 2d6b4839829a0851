import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Unusable } from "../local/unusable.mjs";

/** Where the system listens, and the key to speak to it. */
export interface Target {
  readonly url: string;
  readonly key: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** `WAYBILL_URL` and `WAYBILL_KEY`, else what the launcher tells of the system that runs on this machine. */
export function findTarget(
  env: Environment,
  readText = (path: string) => readFileSync(path, "utf8"),
): Target {
  const url = env["WAYBILL_URL"] || localUrl(env);
  if (!URL.canParse(url)) throw new Unusable(`Cannot use WAYBILL_URL=${url}: it is no URL`, { exitCode: 2 });
  const key = env["WAYBILL_KEY"] || env["WAYBILL_BOOTSTRAP_KEY"] ||
    keptKey(env["WAYBILL_DATA"] || ".waybill", readText);
  if (key === undefined) throw new Unusable(nothingRuns(url));
  return { url: url.replace(/\/+$/, ""), key };
}

export function nothingRuns(url: string): string {
  return `Cannot reach Waybill at ${url}: nothing answers there; run npm start in another terminal first`;
}

function localUrl(env: Environment): string {
  const host = env["WAYBILL_HOST"] || "127.0.0.1";
  const reachable = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
  return `http://${reachable.includes(":") ? `[${reachable}]` : reachable}:${env["WAYBILL_PORT"] || "8080"}`;
}

function keptKey(folder: string, readText: (path: string) => string): string | undefined {
  try {
    return readText(join(folder, "bootstrap-key")).trim() || undefined;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
