import { act, type Drill, isProven, type Outcome, type Scenario, withDatabase } from "../scenario.ts";
import { until } from "../until.ts";

export const rowsCorrupted: Scenario = {
  name: "rows",
  title: "Rows of a projection changed by hand",
  run: async (drill: Drill): Promise<Outcome> => {
    await withDatabase(
      drill,
      (sql) => sql`update stock_v1.stock_levels set sellable = sellable + 5 where sku = 'TEA'`,
    );
    const sinceMs = performance.now(), soFar = () => performance.now() - sinceMs;
    await until(drill, "verify finds the changed row", async () => await isProven(drill) ? undefined : true);
    const noticed = { ms: soFar(), by: "waybill verify" };
    await act(drill, "rebuild", "stock", "--accept-differences");
    await until(drill, "verify finds nothing any more", async () => await isProven(drill) || undefined);
    return { noticed, recovered: { ms: soFar(), by: "waybill rebuild stock, then verify" } };
  },
};
