import { execFileSync } from "node:child_process";
import { cpus, release, totalmem } from "node:os";
import { nodeBinary } from "./child.ts";
import { version } from "../version.ts";

export interface MachineFacts {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryMiB: number;
  readonly kernel: string;
  readonly node: string;
  readonly deno: string;
  readonly waybill: string;
  readonly commit: string;
  readonly at: string;
}

/** What a figure must be read with. */
export function machineFacts(nowMs: number): MachineFacts {
  const processors = cpus();
  return {
    cpu: processors[0]?.model ?? "unknown",
    cores: processors.length,
    memoryMiB: Math.round(totalmem() / 1024 / 1024),
    kernel: release(),
    node: said(nodeBinary(), "--version"),
    deno: "Deno" in globalThis ? Deno.version.deno : "none",
    waybill: version,
    commit: said("git", "rev-parse", "--short", "HEAD"),
    at: new Date(nowMs).toISOString(),
  };
}

/** A package without its repository has no commit to name. */
function said(command: string, ...args: string[]): string {
  try {
    return execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return "unknown";
  }
}
