import { join } from "node:path";
import { projectFolder, type Spawned, startProgram } from "../bench/child.ts";
import { wires } from "../carriers/simulator.ts";
import { Failure } from "../cli/failure.ts";
import { freePort } from "../local/ports.mjs";

/** A carrier that the system asks after its parcels, on a port of its own. */
export interface SimulatedCarrier {
  /** What the system is told of it. */
  readonly settings: Readonly<Record<string, string>>;
  start(): Promise<void>;
  /** Asks its control API. */
  drive(method: "POST" | "PUT", path: string, body: object): Promise<void>;
  stop(): Promise<void>;
}

const readyMsMax = 120_000;

export async function simulatedCarrier(): Promise<SimulatedCarrier> {
  const port = await freePort(), url = `http://127.0.0.1:${port}`, { credentials } = wires.get("ups")!;
  let running: Spawned | undefined;
  return {
    settings: {
      WAYBILL_CARRIER_UPS_API_URL: `${url}/ups`,
      WAYBILL_CARRIER_UPS_API_RATE: "50/s",
      WAYBILL_CARRIER_UPS_API_EVERY: "5s",
      ...Object.fromEntries(
        Object.entries(credentials).map(([name, value]) => [`WAYBILL_CARRIER_UPS_${name}`, value]),
      ),
    },
    start: async () => {
      running = await startProgram({
        args: [join(projectFolder, "ops", "waybill.mjs"), "carriers", "simulate", "--port", String(port)],
        readyLine: "Carriers are simulated",
        readyMsMax,
      });
    },
    drive: async (method, path, body) => {
      const answer = await fetch(`${url}/control${path}`, { method, body: JSON.stringify(body) });
      if (!answer.ok) throw new Failure(`Cannot drive the carrier: ${path} answers ${answer.status}`);
    },
    stop: async () => {
      await running?.stop();
      running = undefined;
    },
  };
}
