import { env } from "node:process";
import type { CarrierAdapter } from "../../http/carriers/adapter.ts";
import type { CarrierSecrets } from "../../http/carriers/authentication/authenticate.ts";
import { loadCarriers } from "../../http/carriers/load.ts";
import { secretsOfAll } from "../../http/carriers/settings.ts";
import { Failure } from "../cli/failure.ts";

export interface Carriers {
  readonly adapters: ReadonlyMap<string, CarrierAdapter>;
  /** Undefined for one that nobody may speak for: no secret is set. */
  readonly secretsOf: (carrier: string) => CarrierSecrets | undefined;
}

/** Every carrier that there is, with what the environment says of each. */
export async function openCarriers(): Promise<Carriers> {
  const adapters = await loadCarriers(env), configured = secretsOfAll(env, [...adapters.keys()]);
  if (!configured.ok) throw new Failure(`Cannot run:\n${configured.problems.join("\n")}`);
  const secretsOf = (carrier: string) => {
    const secrets = configured.secrets.get(carrier);
    return secrets && secrets.secrets.length > 0 ? secrets : undefined;
  };
  return { adapters, secretsOf };
}
