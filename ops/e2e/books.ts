import postgres from "postgres";
import { expect } from "vitest";
import { z } from "zod";
import { type ActorId, keyOf, kindOf } from "../../actors/ids.ts";
import type { ParcelState } from "../../actors/parcel/parcel_state.ts";
import { actorFor } from "../../actors/registry.ts";
import { parsePosition } from "../../http/position.ts";
import { connectJetStream } from "../../streams/broker/jetstream.ts";
import { hashOf } from "../../streams/hash.ts";
import { type Entry, streamNames, subjects, type TurnRecord } from "../../streams/record.ts";
import { newClient } from "../demo/client.ts";
import type { Runtime } from "../drill/temporary_system.ts";
import type { System } from "./system.ts";

/** What the log itself says, folded here from its first record on. */
export interface Books {
  /** The place of the last record. */
  readonly head: number;
  readonly actors: ReadonlyMap<ActorId, { readonly state: unknown; readonly version: number }>;
  /** The ids of the commands that were decided, each with how often. */
  readonly decided: ReadonlyMap<string, number>;
}

/**
 * Reads EVENTS from its first record, and folds it with nothing but the actors' own `evolve`: the chain, the versions and every actor's
 * invariants are checked on the way.
 */
export async function readBooks({ natsUrl, natsToken }: Runtime): Promise<Books> {
  const broker = await connectJetStream({ servers: natsUrl.split(","), token: natsToken, name: "e2e books" });
  try {
    const actors: Map<ActorId, Folded> = new Map();
    const decided = new Map<string, number>();
    const last = await broker.last(streamNames.events, subjects.events(0));
    if (last === undefined) return { head: 0, actors, decided };
    const reader = broker.read(streamNames.events, { subject: subjects.events(0), fromSequence: 1 });
    let previous = { sequence: 0, hash: "" };
    for await (const { sequence, payload } of reader) {
      const record = JSON.parse(new TextDecoder().decode(payload)) as TurnRecord;
      expect(record.previous, `what record ${sequence} follows`).toEqual(previous);
      expect(record.dead, `what record ${sequence} could not decide`).toEqual([]);
      previous = { sequence, hash: hashOf(payload) };
      for (const entry of record.entries) fold(actors, entry);
      for (const { id, outcome } of record.results) {
        if (outcome !== "later") decided.set(id, (decided.get(id) ?? 0) + 1);
      }
      if (sequence >= last.sequence) break;
    }
    await reader.stop();
    return { head: previous.sequence, actors, decided };
  } finally {
    await broker.close();
  }
}

interface Folded {
  state: unknown;
  version: number;
}

function fold(actors: Map<ActorId, Folded>, { actor: id, version, type, v, data }: Entry): void {
  const actor = actorFor(id);
  const before = actors.get(id) ?? { state: actor.initial(keyOf(id)), version: 0 };
  expect(version, `the version of ${type} of ${id}`).toBe(before.version + 1);
  const state = actor.evolve(before.state, { type, version: v, data });
  actor.check?.(state);
  actors.set(id, { state, version });
}

/** The log, the edge's memory and the rows must tell the same, once they are at the same place. */
export async function expectOneTruth(system: System): Promise<Books> {
  const giveUpAtMs = performance.now() + quietMsMax;
  for (;;) {
    const books = await quietBooks(system.runtime());
    try {
      await expectSameStock(system, books);
      await expectSameRows(system.runtime(), books);
      return books;
    } catch (error) {
      // Something was written meanwhile: then these books are older than what they were compared with.
      const { head } = await readBooks(system.runtime());
      if (head === books.head || performance.now() > giveUpAtMs) throw error;
    }
  }
}

const catchUpMsMax = 60_000, quietMsMax = 60_000;

/** The books once nothing more is written into them: whoever ships a parcel has it told of its lane a moment later. */
async function quietBooks(runtime: Runtime): Promise<Books> {
  let books = await readBooks(runtime);
  const untold = async () => {
    books = await readBooks(runtime);
    return [...books.actors].filter(([id, { state }]) => {
      if (kindOf(id) !== "parcel") return false;
      const { shipments, lane } = state as ParcelState;
      return shipments.length > 0 && lane === undefined;
    }).map(([id]) => id);
  };
  await expect.poll(untold, { timeout: catchUpMsMax, interval: 500 }).toEqual([]);
  return books;
}

const ofKind = ({ actors }: Books, wanted: string) =>
  [...actors].filter(([id]) => kindOf(id) === wanted).map(([id, { state, version }]) => ({
    id,
    key: keyOf(id),
    version,
    view: viewOf(id, state),
  }));

const anyView = z.record(z.string(), z.unknown());

function viewOf(id: ActorId, state: unknown): Record<string, unknown> {
  const answer = actorFor(id).answer(state);
  if (!answer.ok) throw new Error(`Cannot view ${id}: ${answer.rejection.detail}`);
  return anyView.parse(JSON.parse(JSON.stringify(answer.value)));
}

const stockItems = z.object({
  items: z.array(z.looseObject({ sku: z.string(), asOf: z.string(), position: z.string() })),
});
const skusPerRead = 100;

async function expectSameStock(system: System, books: Books): Promise<void> {
  const known = ofKind(books, "sku");
  const client = newClient({ target: system, patienceMs: catchUpMsMax });
  for (let from = 0; from < known.length; from += skusPerRead) {
    const some = known.slice(from, from + skusPerRead);
    const query = some.map(({ key }) => `sku=${encodeURIComponent(key)}`).join("&");
    const { items } = stockItems.parse((await client.read(`/v1/stock?${query}`, tokenOf(books))).body);
    const told = items.map(({ asOf: _, position, ...stock }) => {
      expect(parsePosition(position)?.get(0)).toBeGreaterThanOrEqual(books.head);
      return sorted(stock);
    });
    expect(told).toEqual(some.map(({ view }) => sorted(view)));
  }
}

const tokenOf = ({ head }: Books) => `p1-0.${head.toString(36)}`;

const located = z.object({ locations: z.array(z.looseObject({ location: z.string() })) });

/** Which location comes first is the allocation's business, not the reader's. */
function sorted(stock: Record<string, unknown>): Record<string, unknown> {
  const { locations } = located.parse(stock);
  const known = locations.filter(({ location: _, ...units }) => Object.values(units).some((n) => n !== 0));
  return { ...stock, locations: known.sort((a, b) => a.location < b.location ? -1 : 1) };
}

async function expectSameRows({ databaseUrl }: Runtime, books: Books): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  try {
    const position = async () => {
      const [row] = await sql`select min(sequence)::int as sequence from waybill.positions
        where projection in ('orders_v2', 'parcels_v1', 'returns_v1', 'cases_v1', 'lanes_v1', 'invoices_v1', 'payouts_v1', 'stock_v1', 'actor_index_v1')`;
      return row?.sequence;
    };
    await expect.poll(position, { timeout: catchUpMsMax }).toBeGreaterThanOrEqual(books.head);
    const rows = await sql`select order_id as id, status, version, total::text as total
      from orders_v2.orders order by order_id collate "C"`;
    const wanted = ofKind(books, "order").map(({ key, version, view }) => ({
      id: key,
      status: view["status"],
      version,
      total: view["total"],
    })).sort((a, b) => a.id < b.id ? -1 : 1);
    expect(rows.map((row) => ({ ...row }))).toEqual(wanted);
    await expectSameLevels(sql, books);
    const parcels =
      await sql`select parcel, status, version from parcels_v1.parcels order by parcel collate "C"`;
    const known = ofKind(books, "parcel").map(({ key, version, view }) => ({
      parcel: key,
      status: view["status"],
      version,
    }));
    expect(parcels.map((row) => ({ ...row }))).toEqual(known.sort((a, b) => compare(a.parcel, b.parcel)));
  } finally {
    await sql.end({ timeout: 5 });
  }
}

async function expectSameLevels(sql: postgres.Sql, books: Books): Promise<void> {
  const rows = await sql`
    select sku, location, sellable::int, reserved::int, allocated::int, held::int
    from stock_v1.stock_levels where sellable + reserved + allocated + held <> 0
    order by sku collate "C", location collate "C"`;
  const wanted = ofKind(books, "sku").flatMap(({ key, view }) =>
    located.parse(view).locations.map((level) => ({
      sku: key,
      location: level.location,
      sellable: Number(level["sellable"]),
      reserved: Number(level["reserved"]),
      allocated: Number(level["allocated"]),
      held: Number(level["held"]),
    }))
  ).filter(({ sellable, reserved, allocated, held }) => sellable + reserved + allocated + held !== 0)
    .sort((a, b) => compare(a.sku, b.sku) || compare(a.location, b.location));
  expect(rows.map((row) => ({ ...row }))).toEqual(wanted);
}

const compare = (a: string, b: string) => a < b ? -1 : a > b ? 1 : 0;
