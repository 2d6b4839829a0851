import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { simulatedCarrier } from "./carriers.ts";
import { type Losses, lossesOf } from "./audit.ts";
import { Load } from "./load.ts";
import type { Drill, Outcome, Scenario } from "./scenario.ts";
import { temporarySystem } from "./temporary_system.ts";

export interface DrillOptions {
  readonly scenarios: readonly Scenario[];
  readonly ordersPerSecond: number;
  /** How long what takes its time is let do harm. */
  readonly harmMs: number;
  readonly say: (line: string) => void;
  readonly aborted: AbortSignal;
}
export interface Performed extends Outcome {
  readonly name: string;
  readonly title: string;
  /** Orders that were acknowledged from its beginning to its end. */
  readonly acknowledged: number;
  /** The longest time that one of them waited for its decision. */
  readonly longestMs: number;
  /** Of everything that was acknowledged since the system exists. */
  readonly lost: Losses;
}

export const carrierSecret = "secret-of-the-carrier-of-a-drill";
const environment = {
  WAYBILL_SECRET: "the secret of a drill, the same on every machine",
  WAYBILL_SHOP_COUNTRY: "GB",
  WAYBILL_CARRIER_UPS_SECRET: carrierSecret,
};
const warmUpMs = 5_000;

/** Performs one scenario after another on a system of its own, while people order, and lists what was lost. */
export async function performDrill(options: DrillOptions): Promise<Performed[]> {
  const { scenarios, ordersPerSecond, harmMs, say, aborted } = options;
  const folder = mkdtempSync(join(tmpdir(), "waybill-drill-"));
  const carrier = await simulatedCarrier();
  const system = await temporarySystem({ ...environment, ...carrier.settings });
  const load = new Load(system, ordersPerSecond), performed: Performed[] = [];
  try {
    say("Starting a system");
    await system.start();
    const drill: Drill = {
      system,
      load,
      carrier,
      backups: join(folder, "backups"),
      scratch: folder,
      say,
      harmMs,
      aborted,
    };
    await load.open();
    for (const scenario of scenarios) {
      aborted.throwIfAborted();
      performed.push(await perform(scenario, drill));
    }
    await load.rest();
  } finally {
    load.abandon();
    await system.remove();
    rmSync(folder, { recursive: true, force: true });
  }
  return performed;
}

async function perform({ name, title, run }: Scenario, drill: Drill): Promise<Performed> {
  const { load, system, say } = drill, before = load.placed.length;
  say(`${title} …`);
  load.start();
  await new Promise((resolve) => setTimeout(resolve, warmUpMs));
  load.takeLongestMs();
  const outcome = await run(drill);
  await load.rest();
  const lost = await lossesOf(system, load.placed);
  const acknowledged = load.placed.length - before, longestMs = load.takeLongestMs();
  return { name, title, ...outcome, acknowledged, longestMs, lost };
}

export const isNothing = ({ orders, parcels, units }: Losses): boolean => orders + parcels + units === 0;
