import type { Json } from "../../actors/actor.ts";
import { type ActorId, actorId, keyOf } from "../../actors/ids.ts";
import type { Sql } from "../../projections/database.ts";

/** Whom the operator named: an id or an e-mail address as orders have it, of one channel or of all. */
export interface Named {
  readonly channel?: string;
  readonly customer: string;
}

export interface Texts {
  /** Name, e-mail address, phone number, lines of addresses: what the proof looks for. Never stored. */
  readonly texts: readonly string[];
  /** Of these, the ones that nobody else has: what tells a message of a carrier's to be this person's. */
  readonly unique: readonly string[];
}

/** What there is of a person, and where it came from. */
export interface FoundPerson extends Texts {
  /** Orders, credits and parcels that the person's data came with. */
  readonly actors: readonly ActorId[];
  /** Orders and credits whose documents must be kept. */
  readonly kept: readonly ActorId[];
}

/** A part of `web/C-17` before the first slash is a channel; ids with slashes are told by the channel in front of them. */
export function namedBy(text: string): Named {
  const slash = text.indexOf("/");
  return slash < 0 ? { customer: text } : { channel: text.slice(0, slash), customer: text.slice(slash + 1) };
}

interface CustomerFound {
  readonly order_id: string;
  readonly customer: Json;
}

/** Asks the rows: `retainedSince` is the first day of which documents must be kept. */
export async function findPerson(
  sql: Sql,
  { channel, customer }: Named,
  retainedSince: string,
): Promise<FoundPerson> {
  const found = await sql<CustomerFound[]>`
    select c.order_id, c.customer from people_v1.customers c left join orders_v2.orders o using (order_id)
    where (c.customer ->> 'id' = ${customer} or lower(c.customer ->> 'email') = lower(${customer}))
      and (${channel ?? null}::text is null or o.channel = ${channel ?? null}
        or exists (select from invoices_v1.documents d where d.buyer_id = c.order_id and d.channel = ${
    channel ?? null
  }))
    order by c.order_id`;
  const told = { texts: new Set<string>(), unique: new Set<string>() };
  for (const { customer } of found) textsOf(customer, told);
  const actors = found.map(({ order_id }) =>
    actorId(order_id.startsWith("crd_") ? "credit" : "order", order_id)
  );
  return await withDocuments(
    sql,
    { actors, texts: [...told.texts], unique: [...told.unique] },
    retainedSince,
  );
}

async function withDocuments(
  sql: Sql,
  person: Omit<FoundPerson, "kept">,
  retainedSince: string,
): Promise<FoundPerson> {
  const keys = person.actors.map(keyOf);
  const parcels = await sql<{ parcel: string }[]>`
    select distinct parcel from parcels_v1.shipments where order_id = any(${keys}::text[]) order by parcel`;
  const documented = await sql<{ buyer_id: string }[]>`
    select distinct buyer_id from invoices_v1.documents
    where buyer_id = any(${keys}::text[]) and issued_on >= ${retainedSince}::date`;
  const kept = new Set(documented.map(({ buyer_id }) => buyer_id));
  return {
    ...person,
    actors: [...person.actors, ...parcels.map(({ parcel }) => actorId("parcel", parcel))],
    kept: person.actors.filter((actor) => kept.has(keyOf(actor))),
  };
}

const charsMin = 4;

/** Shorter ones are found everywhere, as are countries, towns and postal codes. */
export function textsOf(
  customer: Json,
  { texts, unique }: { readonly texts: Set<string>; readonly unique: Set<string> },
): void {
  const fields: { readonly [name: string]: unknown } = Object(customer);
  const address: { readonly [name: string]: unknown } = Object(fields["address"]);
  for (const text of [fields["name"], fields["email"], fields["phone"], address["line1"], address["line2"]]) {
    if (typeof text === "string" && text.length >= charsMin) texts.add(text);
  }
  for (const text of [fields["email"], fields["phone"]]) if (typeof text === "string") unique.add(text);
}
