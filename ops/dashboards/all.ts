import { carriers } from "./carriers.ts";
import { dashboardJson } from "./dashboard.ts";
import { money } from "./money.ts";
import { orders } from "./orders.ts";
import { system } from "./system.ts";

const all = { system, orders, carriers, money };

/** Each dashboard's file beside this one, and what is in it. */
export const dashboardFiles: ReadonlyMap<string, string> = new Map(
  Object.entries(all).map((
    [name, spec],
  ) => [`${name}.json`, `${JSON.stringify(dashboardJson(spec), undefined, 2)}\n`]),
);
