import { setTimeout as sleep } from "node:timers/promises";
import { openDatabase, type Sql } from "../../projections/database.ts";
import { Failure } from "../cli/failure.ts";
import type { Defect } from "./builds.ts";
import type { SimulatedCarrier } from "./carriers.ts";
import type { Load } from "./load.ts";
import type { TemporarySystem } from "./temporary_system.ts";

/** Something that goes wrong, and what an engineer on call does about it, with the tools that there are. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** What the build has that is deployed in it. */
  readonly defect?: Defect;
  readonly run: (drill: Drill) => Promise<Outcome>;
}

export interface Outcome {
  readonly noticed: Moment;
  readonly recovered: Moment;
  /** What else is worth knowing, a line each. */
  readonly notes?: readonly string[];
}
export interface Moment {
  /** Since the harm was done, in milliseconds. */
  readonly ms: number;
  readonly by: string;
}

/** The system that is harmed, and the people who use it meanwhile. */
export interface Drill {
  readonly system: TemporarySystem;
  readonly load: Load;
  /** One that the system asks after its parcels; not running yet. */
  readonly carrier: SimulatedCarrier;
  /** Backups are taken into this folder. */
  readonly backups: string;
  /** Other folders, deleted in the end. */
  readonly scratch: string;
  readonly say: (line: string) => void;
  /** How long a carrier is down, and of how long the end of the log is lost. */
  readonly harmMs: number;
  readonly aborted: AbortSignal;
}

/** Lets people order for so long. */
export async function meanwhile({ aborted }: Pick<Drill, "aborted">, ms: number): Promise<void> {
  const endMs = performance.now() + ms;
  while (performance.now() < endMs) {
    aborted.throwIfAborted();
    await sleep(Math.min(lookMs, endMs - performance.now()));
  }
}
const lookMs = 250;

const because = ["--yes", "--by", "drill", "--why", "a drill"];

/** Runs `waybill …`, which must succeed; what it prints. */
export async function tool({ system }: Drill, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await system.waybill(args);
  if (code === 0) return stdout;
  throw new Failure(`Cannot go on: waybill ${args.join(" ")} ended with ${code}\n${stdout}${stderr}`);
}

/** The same for what changes something. */
export const act = (drill: Drill, ...args: readonly string[]): Promise<string> =>
  tool(drill, ...args, ...because);

/** True when `waybill verify` finds nothing wrong. */
export async function isProven({ system }: Drill): Promise<boolean> {
  return (await system.waybill(["verify"])).code === 0;
}

export async function withDatabase<T>(
  { system }: Drill,
  work: (sql: Sql) => Promise<T>,
  database?: string,
): Promise<T> {
  const url = new URL(system.runtime().databaseUrl);
  if (database !== undefined) url.pathname = `/${database}`;
  const sql = openDatabase({ url: url.href, connectionsMax: 1, name: "waybill drill" });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}
