import { readdirSync, readFileSync } from "node:fs";
import process from "node:process";

/**
 * What processes use, from /proc. Runs in the load generator (Node): it starts and stops the clock, and the product's own processes
 * are not allowed to look there.
 */
export interface Watched {
  readonly name: string;
  readonly pid: number;
}
export interface Usage {
  readonly cpuSeconds: number;
  readonly memoryMiB: number;
}

/** Linux counts CPU time in hundredths of a second for every program, whatever the kernel's own tick is. */
const ticksPerSecond = 100;

/** CPU time and memory of each process with all its descendants; a process that is gone counts as nothing. */
export function sampleProcesses(watched: readonly Watched[]): Map<string, Usage> {
  const children = childrenByParent();
  return new Map(watched.map(({ name, pid }) => {
    const family = descendants(pid, children);
    return [name, {
      cpuSeconds: family.reduce((sum, pid) => sum + cpuSeconds(pid), 0),
      memoryMiB: Math.round(familyKiB(family) / 1024),
    }];
  }));
}

/** What each process and its descendants used between two samples, by name. */
export function cpuSecondsSince(
  before: ReadonlyMap<string, Usage>,
  after: ReadonlyMap<string, Usage>,
): Record<string, number> {
  const spent = Array.from(after, ([name, { cpuSeconds }]) => {
    return [name, cpuSeconds - (before.get(name)?.cpuSeconds ?? 0)] as const;
  });
  return Object.fromEntries(spent);
}

function childrenByParent(): Map<number, number[]> {
  const children = new Map<number, number[]>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const parent = Number(statOf(Number(name))?.[1] ?? 0);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  return children;
}

function descendants(pid: number, children: ReadonlyMap<number, readonly number[]>): number[] {
  return [pid, ...(children.get(pid) ?? []).flatMap((child) => descendants(child, children))];
}

/** The fields of /proc/PID/stat after the name, which may hold anything: state, parent, … */
function statOf(pid: number): string[] | undefined {
  const text = readIfThere(`/proc/${pid}/stat`);
  return text?.slice(text.lastIndexOf(")") + 2).split(" ");
}

function cpuSeconds(pid: number): number {
  const stat = statOf(pid);
  return stat === undefined ? 0 : (Number(stat[11]) + Number(stat[12])) / ticksPerSecond;
}

/** What is resident; of several processes, which may share much (Postgres' buffers), each one's proportional part. */
function familyKiB(family: readonly number[]): number {
  const [first = 0, ...others] = family;
  if (others.length === 0) return fieldKiB(`/proc/${first}/status`, /^VmRSS:\s+(\d+)/m) ?? 0;
  return family.reduce((sum, pid) => sum + (fieldKiB(`/proc/${pid}/smaps_rollup`, /^Pss:\s+(\d+)/m) ?? 0), 0);
}

function fieldKiB(path: string, field: RegExp): number | undefined {
  const found = field.exec(readIfThere(path) ?? "");
  return found === null ? undefined : Number(found[1]);
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ESRCH" || code === "EACCES") return undefined;
    throw error;
  }
}

const task = process.argv[2];
if (task !== undefined && process.argv[1]?.endsWith("process_sample.ts")) {
  console.log(JSON.stringify(Object.fromEntries(sampleProcesses(JSON.parse(task) as Watched[]))));
}
