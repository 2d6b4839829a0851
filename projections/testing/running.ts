import { setTimeout as sleep } from "node:timers/promises";
import type { Broker } from "../../streams/broker/broker.ts";
import { decodeRecord } from "../../streams/record_text.ts";
import { systemRuntime } from "../../streams/system_runtime.ts";
import { allProjections } from "../all.ts";
import type { Sql, Tx } from "../database.ts";
import { postgresRows } from "../postgres_rows.ts";
import { Projector, type ProjectorOptions } from "../projector.ts";
import { unwatchedProjector } from "../projector_observer.ts";
import type { Unprojected } from "../row_store.ts";

export const everything = allProjections();

type Options = ProjectorOptions<Sql, Tx>;
type Given = { readonly sql: Sql } & Pick<Options, "broker"> & Partial<Omit<Options, "rows">>;

/** A projector of everything in partition 0, unless the options say otherwise. */
export function projectorOf({ sql, ...options }: Given): Projector<Sql, Tx> {
  return new Projector({
    runtime: systemRuntime("test"),
    rows: postgresRows(sql),
    projections: everything,
    decode: decodeRecord,
    partition: 0,
    ...options,
  });
}

/** Runs the projector until its rows include the sequence, then stops it. Rejects with what ended it, or what a projection met. */
export async function projectTo(sequence: number, options: Given): Promise<void> {
  let problem: string | undefined;
  const unprojected = (what: Unprojected) =>
    problem ??= `${what.projection} at ${what.sequence}: ${what.problem}`;
  const projector = projectorOf({
    ...options,
    observer: { ...unwatchedProjector, ...options.observer, unprojected },
  });
  const running = projector.run();
  await Promise.race([running, until(() => problem !== undefined || projector.sequence >= sequence)]);
  projector.stop();
  await running;
  if (problem !== undefined) throw new Error(problem);
}

export async function until(holds: () => boolean | Promise<boolean>, msMax = 60_000): Promise<void> {
  const deadlineMs = performance.now() + msMax;
  while (!await holds()) {
    if (performance.now() > deadlineMs) throw new Error(`Cannot go on: it does not hold after ${msMax} ms`);
    await sleep(5);
  }
}

const tables = [
  "orders_v2.orders",
  "orders_v2.order_events",
  "parcels_v1.shipments",
  "parcels_v1.parcels",
  "returns_v1.returns",
  "cases_v1.cases",
  "cases_v1.notes",
  "lanes_v1.journeys",
  "lanes_v1.transits",
  "lanes_v1.estimates",
  "invoices_v1.documents",
  "invoices_v1.sellers",
  "payouts_v1.payouts",
  "payouts_v1.lines",
  "payouts_v1.order_references",
  "stock_v1.stock_levels",
  "stock_v1.skus",
  "stock_v1.locations",
  "actor_index_v1.actor_turns",
];

/** Every row of every projection, and the positions: two databases that hold the same give equal dumps. */
export async function dump(sql: Sql): Promise<Record<string, readonly string[]>> {
  const all: Record<string, readonly string[]> = {};
  for (const table of tables) {
    const rows = await sql<{ row: string }[]>`select to_jsonb(t)::text as row from ${
      sql(table)
    } t order by 1`;
    all[table] = rows.map(({ row }) => row);
  }
  const positions = await sql<{ row: string }[]>`
    select (to_jsonb(p) - 'moved_at')::text as row from waybill.positions p order by 1`;
  return { ...all, positions: positions.map(({ row }) => row) };
}

/** As before the first record, or after a crash of a server that had flushed nothing: neither rows nor position. */
export async function empty(sql: Sql): Promise<void> {
  await sql.begin(async (tx) => {
    for (const table of tables) await tx`delete from ${tx(table)}`;
    await tx`delete from waybill.positions`;
    await tx`delete from waybill.unprojected`;
  });
}

/** All rows before they are taken away, and as they come from the log again. Positions are none. */
export async function rebuilt(
  options: Given,
): Promise<Record<"before" | "after", Awaited<ReturnType<typeof dump>>>> {
  const { positions: _, ...before } = await dump(options.sql);
  const { lastSequence } = await options.broker.info("EVENTS");
  await empty(options.sql);
  await projectTo(lastSequence, options);
  const { positions: __, ...after } = await dump(options.sql);
  return { before, after };
}

/** The same broker, whose `read` is another. */
export function withRead(broker: Broker, read: Broker["read"]): Broker {
  return new Proxy(broker, {
    get: (target, name) => {
      if (name === "read") return read;
      const value = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
