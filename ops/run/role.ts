import type { Broker } from "../../streams/broker/broker.ts";
import type { LiveMap } from "../../streams/cluster/live_map.ts";
import type { Switches } from "../../streams/operations/switches.ts";
import type { Runtime } from "../../streams/runtime.ts";
import { Failure } from "../cli/failure.ts";
import type { Config } from "../config.ts";
import type { Logger } from "../logging.ts";
import type { Instruments } from "../telemetry/instruments.ts";
import type { Telemetry } from "../telemetry/sdk.ts";

/** What every role is given. */
export interface Shared {
  readonly config: Config;
  readonly log: Logger;
  readonly broker: Broker;
  readonly runtime: Runtime;
  readonly map: LiveMap;
  /** What an operator has switched on for a while. */
  readonly switches: Pick<Switches, "isOn">;
  /** Names this process among its like; different from every other that is or was. */
  readonly name: string;
  readonly telemetry: Telemetry;
  readonly measure: Instruments;
  /** Why a role that runs in this process does not work yet, or any more. */
  readonly unready: (() => readonly string[])[];
}

/** Only some roles need a database. */
export function databaseOf({ config: { databaseUrl } }: Shared): string {
  if (databaseUrl === undefined) throw new Failure("Cannot run: DATABASE_URL is not set");
  return databaseUrl;
}

/** A role that runs: `failed` rejects when it cannot go on, `stop` drains it. */
export interface Running {
  readonly failed: Promise<never>;
  stop(): Promise<void>;
}

/** Turns a promise that should never end by itself into the one that says why it did. */
export function endless(running: Promise<unknown>, what: string, stopping: () => boolean): Promise<never> {
  return new Promise((_resolve, reject) => {
    running.then(
      () => stopping() || reject(new Failure(`Cannot go on: ${what} ended`)),
      (error) => stopping() || reject(error),
    );
  });
}
