import type { LaneTold } from "../../actors/parcel/lane.ts";
import { LaneTeller } from "../../http/carriers/lane_teller.ts";
import { openDatabase } from "../../projections/database.ts";
import { figuresOf } from "../../projections/lanes/lane_figures.ts";
import { waitingParcels } from "../../projections/lanes/waiting.ts";
import type { Share } from "../../streams/cluster/shares.ts";
import { createAsk } from "../../streams/edge/ask.ts";
import type { Partition } from "../../streams/partition_map.ts";
import { caseSettingsFor } from "../case_rules.ts";
import type { Config } from "../config.ts";
import { delaySettingsFor } from "../delay_rules.ts";
import { restful } from "../../streams/cluster/share.ts";
import { unlessReadOnly } from "./read_only.ts";
import { databaseOf, type Shared } from "./role.ts";

/** What the shop says itself of a carrier's parcels. */
function rulesOf({ delayRules, caseRules }: Config, carrier: string): Pick<LaneTold, "rules" | "cases"> {
  const rules = delayRules && delaySettingsFor(delayRules, carrier);
  const cases = caseRules && caseSettingsFor(caseRules, carrier);
  return { ...(rules && { rules }), ...(cases && { cases }) };
}

/** Parcels are told of their lanes once for all processes of this role. */
export function openLanes(shared: Shared) {
  const { broker, runtime, map, switches, config, log } = shared;
  const sql = openDatabase({ url: databaseOf(shared), name: "waybill lanes", connectionsMax: 1 });
  const asker = createAsk({
    broker,
    edgeId: runtime.newId(),
    partitionOf: (id) => map.current.partitionOf(id),
    runtime,
    newId: runtime.newId,
  });
  return {
    /** One piece of work: whoever has the first partition does it. */
    start: ({ partition }: Partition): Share => {
      if (partition !== map.current.partitions[0]?.partition) return restful();
      const teller = new LaneTeller({
        ask: unlessReadOnly(asker.ask, switches),
        runtime,
        waiting: (parcelsMax) => waitingParcels(sql, parcelsMax),
        figuresOf: (lane, nowMs) => figuresOf(sql, lane, nowMs),
        rulesOf: (carrier) => rulesOf(config, carrier),
        interrupted: (reason) => log.warn({ reason }, "parcels wait to be told of their lanes"),
      });
      return { done: teller.run(), stop: () => teller.stop() };
    },
    close: async () => {
      asker.stop();
      await sql.end({ timeout: 5 });
    },
  };
}
