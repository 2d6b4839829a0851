import { isProven, type Scenario, withDatabase } from "../scenario.ts";
import { metric } from "../signs.ts";
import { until } from "../until.ts";

export const databaseDropped: Scenario = {
  name: "database",
  title: "The whole database dropped",
  run: async (drill) => {
    const { system } = drill, name = new URL(system.runtime().databaseUrl).pathname.slice(1);
    const interrupted = () =>
      metric(drill, "projector", "waybill_reader_interrupted_total", 'code="database.unavailable"');
    const before = await interrupted();
    await withDatabase(drill, (sql) => sql.unsafe(`drop database "${name}" with (force)`), "postgres");
    const sinceMs = performance.now(), soFar = () => performance.now() - sinceMs;
    await until(drill, "the projector notices", async () => await interrupted() > before || undefined);
    const noticed = { ms: soFar(), by: "waybill_reader_interrupted_total, database.unavailable" };
    await system.stop();
    await system.start();
    await until(
      drill,
      "rows have caught up with the log",
      async () => await metric(drill, "projector", "waybill_reader_lag_records") < 200 || undefined,
    );
    await until(drill, "verify finds nothing", async () => await isProven(drill) || undefined);
    return { noticed, recovered: { ms: soFar(), by: "npm start, rows from the log, verify" } };
  },
};
