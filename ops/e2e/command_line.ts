import { spawn } from "node:child_process";
import process from "node:process";
import { nodeBinary, projectFolder } from "../bench/child.ts";
import { environmentBeside, type System } from "./system.ts";

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `npx waybill …` as a user does in another terminal, beside the system. */
export const waybill = (system: System, ...args: readonly string[]): Promise<Ran> =>
  waybillWith({}, system, ...args);

/** `env`: what the user has set there besides. */
export async function waybillWith(
  env: Readonly<Record<string, string>>,
  { dataDir }: System,
  ...args: readonly string[]
): Promise<Ran> {
  const child = spawn(nodeBinary(), ["ops/waybill.mjs", ...args], {
    cwd: projectFolder,
    env: { ...process.env, ...environmentBeside(dataDir), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "", stderr = "";
  child.stdout.on("data", (bytes) => stdout += bytes);
  child.stderr.on("data", (bytes) => stderr += bytes);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  return { code, stdout, stderr };
}
