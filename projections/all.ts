import { actorIndex } from "./actor_index.ts";
import { cases } from "./cases.ts";
import type { Sql, Tx } from "./database.ts";
import { invoices } from "./invoices/invoices.ts";
import { type Compared, lanesProjection } from "./lanes/lanes.ts";
import { orders } from "./orders.ts";
import { parcels } from "./parcels.ts";
import { payouts } from "./payouts.ts";
import type { Projection } from "./projection.ts";
import { returns } from "./returns.ts";
import { stockChecks } from "./stock_checks.ts";
import { stockLevels } from "./stock_levels.ts";

/** Everything that is derived from EVENTS and may be made again from there; `compared` hears how estimates turned out. */
export const allProjections = (compared?: Compared): readonly Projection<Sql, Tx>[] => [
  orders,
  parcels,
  returns,
  cases,
  lanesProjection(compared),
  invoices,
  payouts,
  stockLevels,
  stockChecks,
  actorIndex,
];
