import postgres from "postgres";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { actorId } from "../../../actors/ids.ts";
import { actorFor } from "../../../actors/registry.ts";
import { positionToken } from "../../../http/position.ts";
import type { Broker } from "../../../streams/broker/broker.ts";
import { streamNames } from "../../../streams/record.ts";
import { decodePersonal } from "../../../streams/retention/personal_message.ts";
import type { Cluster } from "../cluster.ts";
import { type Check, ordersWithPeople } from "./audit.ts";
import { actorsOf, type Folded } from "./fold.ts";

/** What readers show against the fold of the log. */
export async function auditReaders(cluster: Cluster, log: Folded, broker: Broker): Promise<Check[]> {
  const sql = postgres(cluster.databaseUrl, { max: 1, onnotice: () => {} });
  try {
    const behind = await untilProjected(sql, log);
    if (behind) {
      return [{ what: "projections are at the end of the log", looked: log.heads.size, findings: [behind] }];
    }
    return [
      auditOrders(
        await sql`select order_id, status, version, total::text as total from orders_v2.orders`,
        log,
      ),
      auditLevels(
        await sql`select sku, location, sellable::int, reserved::int, allocated::int, held::int
          from stock_v1.stock_levels where sellable + reserved + allocated + held <> 0`,
        log,
      ),
      await auditPeople(sql, log, broker),
      ...await Promise.all(
        cluster.urls.map((url, i) => auditView({ url, key: cluster.key, name: `edge ${i + 1}` }, log)),
      ),
    ];
  } finally {
    await sql.end({ timeout: 5 });
  }
}

const catchUpMsMax = 90_000;
const followers = [
  "orders_v2",
  "payouts_v1",
  "parcels_v1",
  "cases_v1",
  "returns_v1",
  "lanes_v1",
  "invoices_v1",
  "stock_v1",
  "actor_index_v1",
  "people_v1_events",
];

/** Undefined once every projection has taken every partition's last record; else who has not. */
async function untilProjected(sql: postgres.Sql, { heads }: Folded): Promise<string | undefined> {
  const giveUpAtMs = performance.now() + catchUpMsMax;
  for (;;) {
    const rows = await sql`select projection, partition, sequence::int as sequence from waybill.positions`;
    const at = new Map(rows.map((row) => [`${row.projection} ${row.partition}`, Number(row.sequence)]));
    const late = followers.flatMap((projection) =>
      [...heads].filter(([partition, { sequence }]) => (at.get(`${projection} ${partition}`) ?? 0) < sequence)
        .map(([partition, { sequence }]) =>
          `${projection} of partition ${partition} is at ${
            at.get(`${projection} ${partition}`) ?? 0
          }, the log at ${sequence}`
        )
    );
    if (late.length === 0) return undefined;
    if (performance.now() > giveUpAtMs) return late.join("; ");
    await sleep(200);
  }
}

const anyView = z.record(z.string(), z.unknown());

function viewOf(kind: "order" | "sku", key: string, state: unknown): Record<string, unknown> {
  const answer = actorFor(actorId(kind, key)).answer(state);
  return answer.ok
    ? anyView.parse(JSON.parse(JSON.stringify(answer.value)))
    : { refused: answer.rejection.reason };
}

/** What is in one and not in the other, or different there. */
function differences(
  name: string,
  wanted: ReadonlyMap<string, string>,
  found: ReadonlyMap<string, string>,
): string[] {
  return [...new Set([...wanted.keys(), ...found.keys()])].filter((key) => wanted.get(key) !== found.get(key))
    .map((key) =>
      `${name} ${key}: ${found.get(key) ?? "missing"}, the log says ${wanted.get(key) ?? "nothing"}`
    );
}

type Rows = readonly Readonly<Record<string, unknown>>[];

export function auditOrders(rows: Rows, log: Folded): Check {
  const wanted = new Map(
    actorsOf(log, "order").flatMap(([key, { state, version }]) => {
      const { status, total, refused } = viewOf("order", key, state);
      return refused === "unknown-order" ? [] : [[key, `${status} ${version} ${total}`] as const];
    }),
  );
  const found = new Map(
    rows.map((row) => [String(row.order_id), `${row.status} ${row.version} ${row.total}`]),
  );
  return {
    what: "rows of orders = the fold of the log",
    looked: found.size,
    findings: differences("order", wanted, found),
  };
}

const counters = ["sellable", "reserved", "allocated", "held"] as const;
const located = z.object({ locations: z.array(z.looseObject({ location: z.string() })) });

/** Each place of a SKU that is not empty, with its counters. */
function levelsOf(view: unknown, sku: string): [string, string][] {
  return located.parse(view).locations.flatMap((level) => {
    const units = counters.map((counter) => Number(level[counter] ?? 0));
    return units.every((n) => n === 0)
      ? []
      : [[`${sku} ${level.location}`, units.join(" ")] as [string, string]];
  });
}
const levelsIn = (log: Folded) =>
  new Map(actorsOf(log, "sku").flatMap(([sku, { state }]) => levelsOf(viewOf("sku", sku, state), sku)));

export function auditLevels(rows: Rows, log: Folded): Check {
  const found = new Map(rows.map((row) => [
    `${row.sku} ${row.location}`,
    counters.map((counter) => row[counter]).join(" "),
  ]));
  return {
    what: "rows of stock = the fold of the log",
    looked: found.size,
    findings: differences("stock", levelsIn(log), found),
  };
}

async function auditPeople(sql: postgres.Sql, log: Folded, broker: Broker): Promise<Check> {
  const rows = await sql`select order_id from people_v1.customers`;
  const wanted = new Map(ordersWithPeople(log).map((id) => [id, "there"]));
  const found = new Map(rows.map((row) => [String(row.order_id), "there"]));
  const findings = differences("person of order", wanted, found);
  const { lastSequence } = await broker.info(streamNames.personal);
  if (lastSequence > 0) {
    const reader = broker.read(streamNames.personal, { fromSequence: 1 });
    for await (const stored of reader) {
      for (const { actor } of decodePersonal(stored).missing ?? []) {
        findings.push(`the person of ${actor} was gone before it was copied`);
      }
      if (stored.sequence >= lastSequence) break;
    }
    await reader.stop();
  }
  return { what: "personal data is copied, for every order that has some", looked: wanted.size, findings };
}

const items = z.object({ items: z.array(z.looseObject({ sku: z.string() })) });
const skusPerRead = 100, readTries = 30;

async function auditView(
  { url, key, name }: { readonly url: string; readonly key: string; readonly name: string },
  log: Folded,
): Promise<Check> {
  const skus = actorsOf(log, "sku").map(([sku]) => sku), found = new Map<string, string>();
  const token = positionToken(
    new Map([...log.heads].map(([partition, { sequence }]) => [partition, sequence])),
  );
  for (let from = 0; from < skus.length; from += skusPerRead) {
    const query = skus.slice(from, from + skusPerRead).map((sku) => `sku=${encodeURIComponent(sku)}`).join(
      "&",
    );
    const body = await readFresh(`${url}/v1/stock?${query}`, {
      authorization: `Bearer ${key}`,
      "waybill-position": token,
    });
    if (typeof body === "string") {
      return { what: `${name}'s view of stock = the fold of the log`, looked: 0, findings: [body] };
    }
    for (const item of items.parse(body).items) {
      for (const [at, units] of levelsOf(item, item.sku)) found.set(at, units);
    }
  }
  const findings = differences(`${name}: stock`, levelsIn(log), found);
  return { what: `${name}'s view of stock = the fold of the log`, looked: found.size, findings };
}

/** The body, once it is as new as the position; else why not. */
async function readFresh(url: string, headers: Record<string, string>): Promise<unknown> {
  let last = "";
  for (let tries = 0; tries < readTries; tries++) {
    try {
      const answer = await fetch(url, { headers, signal: AbortSignal.timeout(10_000) });
      const text = await answer.text();
      if (answer.ok && answer.headers.get("waybill-stale") !== "true") return JSON.parse(text);
      last = `${answer.status}${answer.ok ? ", but stale" : ` ${text.slice(0, 200)}`}`;
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    await sleep(500);
  }
  return `it does not answer as of the end of the log: ${last}`;
}
