import { openDatabase, type Sql } from "../../projections/database.ts";
import { migrate } from "../../projections/migrate.ts";
import {
  decodeFor,
  type EffectProjection,
  effectProjection,
} from "../../projections/effects/effect_projection.ts";
import { EffectRows } from "../../projections/effects/effect_rows.ts";
import { Projector } from "../../projections/projector.ts";
import type { Share } from "../../streams/cluster/shares.ts";
import type { Partition } from "../../streams/partition_map.ts";
import { observeEffects } from "../telemetry/effect_observer.ts";
import { type EffectName, observeLags } from "../telemetry/reader_observer.ts";
import { notifications } from "./notifications.ts";
import { databaseOf, type Shared } from "./role.ts";
import { together } from "../../streams/cluster/share.ts";
import { openWebhooks } from "./webhooks.ts";

/** What follows from the log in the world. */
export interface Effect {
  readonly name: EffectName;
  /** Says what is to be done: exactly once for each record, by whoever has the partition. */
  readonly projection: EffectProjection;
  /** Does what is due. Each process of the role has one; they divide the rows among themselves by claiming them. */
  courier(given: EffectGiven): Promise<Share>;
}
export interface EffectGiven {
  readonly shared: Shared;
  readonly sql: Sql;
}

/** One that has to open something first. */
export type EffectOpener = (given: EffectGiven) => Promise<Effect>;

/** Every effect of the log. To add one, add it here: a schema of its own, and the rest follows. */
export const effects: readonly (Effect | EffectOpener)[] = [notifications, openWebhooks];

export interface RunningEffects {
  /** Projects one partition's effects: each kind reads the log by itself, and one that waits for rows holds up no other. */
  start(partition: Partition): Share;
  /** All couriers of this process. */
  readonly couriers: Share;
  /** After all shares have ended. */
  close(): Promise<void>;
}

export async function openEffects(shared: Shared, wanted = effects): Promise<RunningEffects> {
  const { broker, runtime, telemetry, measure, log, switches } = shared, url = databaseOf(shared);
  const applied = await migrate(url, { waiting: (reason) => log.warn({ reason }, "migrating waits") });
  if (applied.length > 0) log.info({ migrations: applied }, "migrated");
  const sql = openDatabase({ url, name: "waybill deliver" });
  const lags = observeLags(measure),
    { projector: observerOf, skipped } = observeEffects(telemetry, measure, { log, lags });
  const rows = new EffectRows({ sql, broker, runtime, skipped });
  const all = await Promise.all(wanted.map((one) => typeof one === "function" ? one({ shared, sql }) : one));
  const readers = all.map(({ name, projection }) => ({
    name,
    projections: [effectProjection(projection, rows)],
    decode: decodeFor(projection),
    paused: () => switches.isOn(`projection-${name}`),
    observer: observerOf(name),
  }));
  return {
    start: ({ partition, origin }) =>
      together(readers.map(({ name, ...reader }) => {
        const projector = new Projector({ broker, runtime, rows, partition, origin, ...reader });
        const done = projector.run().finally(() => lags.forget(name, partition));
        return { done, stop: () => projector.stop() };
      })),
    couriers: together(await Promise.all(all.map((effect) => effect.courier({ shared, sql })))),
    close: () => sql.end({ timeout: 5 }),
  };
}
