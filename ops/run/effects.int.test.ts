import { afterAll, beforeAll, expect, test } from "vitest";
import { openDatabase, type Sql } from "../../projections/database.ts";
import { migrate } from "../../projections/migrate.ts";
import type { EffectProjection } from "../../projections/effects/effect_projection.ts";
import { until } from "../../projections/testing/running.ts";
import { placing, TownLog } from "../../projections/testing/town_log.ts";
import { MemoryServer } from "../../streams/broker/memory.ts";
import { restful } from "../../streams/cluster/share.ts";
import { Fault } from "../../streams/faults.ts";
import { systemRuntime } from "../../streams/system_runtime.ts";
import { readConfig } from "../config.ts";
import { createLogger } from "../logging.ts";
import { instruments } from "../telemetry/instruments.ts";
import { startTelemetry, type Telemetry } from "../telemetry/sdk.ts";
import { type TestDatabase, testDatabase } from "../testing/postgres.ts";
import { type Effect, openEffects } from "./effects.ts";
import { openLog } from "./open_log.ts";

let database: TestDatabase, sql: Sql, telemetry: Telemetry;
beforeAll(async () => {
  database = await testDatabase();
  await migrate(database.url);
  sql = openDatabase({ url: database.url });
  telemetry = startTelemetry({ serviceName: "test", traces: false, ownedByDeno: false });
});
afterAll(async () => {
  await telemetry?.stop();
  await sql?.end({ timeout: 1 });
  await database?.drop();
});

const effect = (name: Effect["name"], project: EffectProjection["project"]): Effect => ({
  name,
  projection: { name, version: 1, kinds: ["order"], project },
  courier: () => Promise.resolve(restful()),
});

test("an effect that waits for rows holds up no other, and goes on when they are there", async () => {
  const broker = new MemoryServer().connect(), runtime = systemRuntime("test");
  const read = readConfig({ DATABASE_URL: database.url, WAYBILL_LOG_INIT: "true" }, () => "");
  if (!read.ok) throw new Error(read.problems.join());
  const { config } = read, map = await openLog(broker, runtime, config);
  const last = await new TownLog(broker).turn(placing(1, []));
  let here = false;
  const waiting = effect(
    "webhooks",
    () => here ? Promise.resolve(undefined) : Promise.reject(new Fault("projection.early", "not there yet")),
  );
  const ready = effect("notifications", () => Promise.resolve(undefined));
  const running = await openEffects({
    ...{
      broker,
      runtime,
      config,
      map,
      name: "test",
      telemetry,
      unready: [],
      switches: { isOn: () => false },
    },
    ...{ measure: instruments(telemetry.meter), log: createLogger({ level: "silent", role: "test" }) },
  }, [waiting, ready]);
  const share = running.start(map.current.partitions[0]!);
  const positions = async () =>
    Object.fromEntries(
      (await sql<
        { projection: string; sequence: string }[]
      >`select projection, sequence from waybill.positions`)
        .map(({ projection, sequence }) => [projection, Number(sequence)]),
    );
  await expect.poll(positions).toEqual({ notifications_v1: last, webhooks_v1: 0 });
  here = true;
  await until(async () => (await positions())["webhooks_v1"] === last);
  share.stop();
  running.couriers.stop();
  await Promise.all([share.done, running.couriers.done]);
  await running.close();
});
