import { nodeBinary, type Ran, ran } from "../bench/child.ts";
import { environmentBeside } from "../drill/temporary_system.ts";
import type { System } from "./system.ts";

/** Runs a line of a runbook as somebody on call does, in the project's folder. */
export function typed(
  { dataDir, url, key }: System,
  line: string,
  env: Readonly<Record<string, string>>,
): Promise<Ran> {
  const script = `npx() { shift; "${nodeBinary()}" ops/waybill.mjs "$@"; }\n${line}`;
  return ran("sh", ["-c", script], { ...environmentBeside(dataDir), WAYBILL: url, KEY: key, ...env });
}
