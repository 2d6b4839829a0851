import { loadApis, loadCarriers } from "../../../http/carriers/load.ts";
import { variableOf } from "../../../http/carriers/settings.ts";
import { apiSettings } from "../../../http/polling/api_settings.ts";
import { variableNames } from "../../environment.ts";

const ofCarriers = [...(await loadCarriers()).keys()].flatMap((carrier) =>
  ["SECRET", "HEADER"].map((setting) => variableOf(carrier, setting))
);
const ofApis = [...(await loadApis()).keys()].flatMap((carrier) =>
  apiSettings.map((setting) => variableOf(carrier, setting))
);
const known: ReadonlySet<string> = new Set([
  ...variableNames,
  ...ofCarriers,
  variableOf("generic", "CODES"),
  ...ofApis,
]);

/** True for a variable that some part of Waybill reads. */
export const isRead = (name: string): boolean => known.has(name);
