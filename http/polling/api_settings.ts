import { Misconfigured } from "../carriers/adapter.ts";
import type { CarrierApi, CarrierClient } from "../carriers/client.ts";
import {
  type Environment,
  settingOf,
  type SettingProblem,
  usable,
  variableOf,
} from "../carriers/settings.ts";
import { type Rate, readDuration, readRates } from "./rate.ts";

/** A carrier that is asked after parcels, as the environment has it. */
export interface AskedCarrier {
  readonly client: CarrierClient;
  readonly rates: readonly Rate[];
  /** How often a parcel on its way is asked after. */
  readonly everyMs: number;
}

export const apiSettings = ["API_URL", "API_ID", "API_KEY", "API_RATE", "API_EVERY"] as const;
const every = "2h";

/**
 * The carriers whose `WAYBILL_CARRIER_<NAME>_API_URL` is set, and what is wrong with the others. `API_ID` and `API_KEY` are what
 * the carrier gave you; `API_RATE` how often it may be asked (`12/min,250/day`); `API_EVERY` how often it is asked after a parcel that is
 * on its way (`2h`): after those that somebody waits for it is asked more often.
 */
export function askedCarriers(
  env: Environment,
  apis: ReadonlyMap<string, CarrierApi>,
): { readonly asked: ReadonlyMap<string, AskedCarrier>; readonly problems: readonly SettingProblem[] } {
  const problems: SettingProblem[] = [], asked = new Map<string, AskedCarrier>();
  const known = new Set(
    [...apis.keys()].flatMap((name) => apiSettings.map((setting) => variableOf(name, setting))),
  );
  for (const [name, value] of Object.entries(env)) {
    if (!/^WAYBILL_CARRIER_.+_API_[A-Z]+$/.test(name) || !value || known.has(name)) continue;
    problems.push({
      problem: `${name} is set, but means nothing: carriers that can be asked are ${
        [...apis.keys()].join(", ")
      }`,
    });
  }
  for (const [name, api] of apis) {
    const one = usable(name, () => askedCarrier(env, name, api), problems);
    if (one) asked.set(name, one);
  }
  return { asked, problems };
}

function askedCarrier(env: Environment, name: string, api: CarrierApi): AskedCarrier | undefined {
  const said = new Map(apiSettings.map((setting) => [setting, settingOf(env, name, setting)]));
  const url = said.get("API_URL"), urlName = variableOf(name, "API_URL");
  if (url === undefined) {
    const other = apiSettings.find((setting) => said.get(setting) !== undefined);
    if (other === undefined) return undefined;
    throw new Misconfigured(
      `Cannot ask ${name}: ${variableOf(name, other)} is set, but not ${urlName} (${api.urls})`,
    );
  }
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
    throw new Misconfigured(`Cannot use ${urlName}: it must be a URL (${api.urls})`);
  }
  for (const need of api.needs) {
    if (said.get(need) !== undefined) continue;
    throw new Misconfigured(
      `Cannot ask ${name}: ${variableOf(name, need)} is not set; its API needs ${api.needs.join(", ")}`,
    );
  }
  const id = said.get("API_ID") ?? "", key = said.get("API_KEY") ?? "";
  return {
    client: api.open({ url: url.replace(/\/+$/, ""), id, key }),
    rates: readRates(said.get("API_RATE") ?? api.rate, variableOf(name, "API_RATE")),
    everyMs: readDuration(said.get("API_EVERY") ?? every, variableOf(name, "API_EVERY")),
  };
}
