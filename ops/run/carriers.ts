import { env } from "node:process";
import type { CarrierAdapter } from "../../http/carriers/adapter.ts";
import { configuredCarriers, loadCarriers } from "../../http/carriers/load.ts";
import { secretsOfAll, type SettingProblem } from "../../http/carriers/settings.ts";
import type { CarrierDesk } from "../../http/routes/callbacks.ts";

export interface Carriers {
  readonly adapters: ReadonlyMap<string, CarrierAdapter>;
  /** Of settings that say how messages are read. */
  readonly problems: readonly SettingProblem[];
}

/** Every carrier that there is, with what the environment says of each. */
export async function openCarriers(): Promise<Carriers> {
  return configuredCarriers(await loadCarriers(), env);
}

/** Who may speak for each carrier. */
export function openSecrets(carriers: readonly string[]): {
  readonly secretsOf: CarrierDesk["secretsOf"];
  readonly problems: readonly SettingProblem[];
} {
  const { secrets, problems } = secretsOfAll(env, carriers);
  const secretsOf = (carrier: string) => {
    const configured = secrets.get(carrier);
    if (configured && configured.secrets.length > 0) return configured;
    const problem = problems.find((one) => one.carrier === carrier)?.problem;
    return { whyNone: problem ?? "no secret is configured for this carrier" };
  };
  return { secretsOf, problems };
}
