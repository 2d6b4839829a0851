import { loadApis } from "../../../http/carriers/load.ts";
import type { SettingProblem } from "../../../http/carriers/settings.ts";
import { configuredCarriers, loadCarriers } from "../../../http/carriers/load.ts";
import { secretsOfAll } from "../../../http/carriers/settings.ts";
import { askedCarriers } from "../../../http/polling/api_settings.ts";
import { type Check, ok, type Said, warning, wrong } from "../finding.ts";

/** What is set for carriers, and what of it cannot be used. */
export const carrierCheck: Check = {
  name: "carriers",
  msMax: 10_000,
  look: async ({ env }) => {
    const { adapters, problems: reading } = configuredCarriers(await loadCarriers(), env);
    const { secrets, problems: proof } = secretsOfAll(env, [...adapters.keys()]);
    const { asked, problems: polling } = askedCarriers(env, await loadApis());
    const heard = [...secrets].filter(([, { secrets }]) => secrets.length > 0).map(([name]) => name);
    const all = [
      ...proof.map((one) => saidOf(one, "its callbacks are refused until then")),
      ...reading.map((one) => saidOf(one, "its messages are kept until then")),
      ...polling.map((one) => saidOf(one, "it is not asked until then")),
    ];
    if (all.length > 0) return all;
    if (heard.length === 0 && asked.size === 0) {
      const advice =
        "Set WAYBILL_CARRIER_<NAME>_SECRET where edge runs, or parcels stay as they were handed over.";
      return [warning("no carrier may call back, and none is asked", advice)];
    }
    const names = (some: readonly string[]) => some.length === 0 ? "none" : some.toSorted().join(", ");
    return [ok(`may call back: ${names(heard)}; asked: ${names([...asked.keys()])}`)];
  },
};

const saidOf = ({ carrier, problem }: SettingProblem, until: string): Said =>
  wrong(
    carrier === undefined ? problem : `${carrier}: ${problem}`,
    `Correct it and restart the role: ${until}.`,
  );
