import type { Sql } from "postgres";
import type { Place, Shortage } from "./baseline_order.ts";

interface FunctionAnswer {
  readonly orderId: string;
  readonly fingerprint: string;
  readonly shortages: readonly Shortage[] | null;
  readonly replayed: boolean;
}

/** Baseline (b): the same as one stored function, one call, one round trip. */
export const placeByFunction = (sql: Sql): Place => async (order) => {
  const [row] = await sql<{ answer: FunctionAnswer }[]>`
    select place_order(${JSON.stringify(order)}::text::jsonb) as answer`;
  if (row === undefined) throw new Error(`Cannot place order ${order.orderNumber}: the function gave no row`);
  const { orderId, fingerprint, shortages, replayed } = row.answer;
  if (fingerprint !== order.fingerprint) return { kind: "other_body" };
  if (shortages !== null) return { kind: "short", shortages, replayed };
  return { kind: replayed ? "replayed" : "confirmed", orderId };
};
