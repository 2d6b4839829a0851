import { actorId } from "../../actors/ids.ts";
import { actorsByKind } from "../../actors/registry.ts";
import { isOrderId } from "../../http/order_id.ts";
import { openDatabase, type Sql } from "../../projections/database.ts";
import type { Broker } from "../../streams/broker/broker.ts";
import { connectJetStream } from "../../streams/broker/jetstream.ts";
import { checkDecisions } from "../../streams/redeciding/check.ts";
import { Failure } from "../cli/failure.ts";
import { readLife } from "../reading/life.ts";
import { lifeText } from "../reading/show_text.ts";
import type { Ours } from "./ours.ts";

export interface ShowResult {
  readonly orders: number;
  /** Each with its own connections to NATS and Postgres, as the command makes them, up to its text. */
  readonly shown: number;
  /** The first one, whose code is cold, as it is for whoever runs the command. */
  readonly firstMs: number;
  readonly p50Ms: number;
  readonly maxMs: number;
  /** Of the order that has most. */
  readonly recordsMax: number;
}
/** The whole log decided again. */
export interface DecideCheckResult {
  readonly events: number;
  readonly seconds: number;
  readonly eventsPerSecond: number;
}

/** Ids are hashes: one order from each thirty-second of all. */
const prefixes = [..."0123456789ABCDEFGHJKMNPQRSTVWXYZ"];

/** How long `waybill show` works for one order among many. */
export async function measureShow(
  ours: Pick<Ours, "natsUrl" | "natsToken" | "databaseUrl">,
): Promise<ShowResult> {
  const sql = openDatabase({ url: ours.databaseUrl, connectionsMax: 1 });
  try {
    const chosen = await Promise.all(prefixes.map((prefix) => orderFrom(sql, `ord_${prefix}`)));
    const [count] = await sql<{ orders: number }[]>`select count(*)::int as orders from orders_v2.orders`;
    const took: number[] = [];
    let recordsMax = 0;
    for (const id of chosen.filter((one) => one !== undefined)) {
      const startedMs = performance.now();
      recordsMax = Math.max(recordsMax, await showOne(ours, id));
      took.push(performance.now() - startedMs);
    }
    if (took.length === 0) throw new Failure("Cannot measure show: there are no orders");
    const sorted = took.toSorted((a, b) => a - b), rounded = (ms: number) => Math.round(ms * 10) / 10;
    const firstMs = rounded(took[0]!),
      p50Ms = rounded(sorted[Math.floor(sorted.length / 2)]!),
      maxMs = rounded(sorted.at(-1)!);
    return { orders: count?.orders ?? 0, shown: sorted.length, firstMs, p50Ms, maxMs, recordsMax };
  } finally {
    await sql.end();
  }
}

async function orderFrom(sql: Sql, from: string) {
  const [row] = await sql<{ order_id: string }[]>`
    select order_id from orders_v2.orders where order_id >= ${from} order by order_id limit 1`;
  return row && isOrderId(row.order_id) ? row.order_id : undefined;
}

async function showOne(
  { natsUrl, natsToken, databaseUrl }: Pick<Ours, "natsUrl" | "natsToken" | "databaseUrl">,
  order: string,
): Promise<number> {
  const sql = openDatabase({ url: databaseUrl, connectionsMax: 1 });
  const broker = await connectJetStream({ servers: [natsUrl], token: natsToken, name: "waybill bench" });
  try {
    const life = await readLife(broker, { id: actorId("order", order), stepsMax: 50, index: sql });
    if (life.found.by !== "index") throw new Failure(`Cannot measure show: ${life.found.why}`);
    lifeText(life, { technical: false });
    return life.records;
  } finally {
    await broker.close();
    await sql.end();
  }
}

/** How long `waybill decide-check` works for all of it. */
export async function measureDecideCheck(broker: Broker): Promise<DecideCheckResult> {
  const startedMs = performance.now(),
    options = { actors: actorsByKind, wanted: () => true, differs: () => {} };
  const { events, differences } = await checkDecisions(broker, options);
  if (differences > 0) throw new Failure(`Cannot measure decide-check: it finds ${differences} differences`);
  const seconds = Math.round(performance.now() - startedMs) / 1000;
  return { events, seconds, eventsPerSecond: Math.round(events / seconds) };
}
