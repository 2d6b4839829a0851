import { inSession } from "../session.ts";

/** Does the work unless another process rebuilds, swaps or rolls back the same rows. */
export async function alone<T>(url: string, schema: string, work: () => Promise<T>): Promise<T> {
  return await inSession({ url, name: "waybill rebuild lock" }, async (ask) => {
    const [row] = await ask<{ locked: boolean }>(
      "select pg_try_advisory_lock(hashtextextended($1, 0)) as locked",
      [`waybill rebuild ${schema}`],
    );
    if (row?.locked !== true) {
      throw new Error(`Cannot touch the rows of ${schema}: another process rebuilds them or rolls them back`);
    }
    return await work(); // The lock ends with the session.
  });
}
