import type { Sql } from "postgres";
import { hotSku, skuCount } from "./workload.ts";

/** The tables a good engineer would write for this job, and the stored function of the second baseline. */
export async function createBaselineSchema(sql: Sql): Promise<void> {
  await sql.unsafe(tables);
  await sql.unsafe(placeOrder);
}

/** Ample stock of every SKU that the workloads name. */
export async function stockBaseline(sql: Sql, quantity: number): Promise<void> {
  await sql`insert into stock (sku, on_hand) values (${hotSku}, ${quantity})
    on conflict (sku) do update set on_hand = excluded.on_hand, allocated = 0`;
  await sql`insert into stock (sku, on_hand)
    select 'SKU-' || lpad(n::text, 5, '0'), ${quantity} from generate_series(0, ${skuCount - 1}) n
    on conflict (sku) do update set on_hand = excluded.on_hand, allocated = 0`;
  await sql`vacuum analyze stock`;
}

const tables = `
create table stock (
  sku text primary key,
  on_hand integer not null check (on_hand >= 0),
  allocated integer not null default 0,
  check (allocated <= on_hand)
) with (fillfactor = 50);
create table orders (
  order_id text primary key,
  channel text not null,
  order_number text not null,
  fingerprint text not null,
  status text not null,
  placed_at timestamptz not null,
  currency text not null,
  net numeric not null, tax numeric not null, total numeric not null,
  shortages jsonb,
  created_at timestamptz not null default now(),
  unique (channel, order_number)
);
create table order_lines (
  order_id text not null references orders,
  line integer not null,
  sku text not null,
  quantity integer not null,
  unit_price numeric not null, tax_rate numeric not null, net numeric not null,
  primary key (order_id, line)
);`;

// A short order leaves its row, as rejected, so that asking again gives the same answer; the inner block undoes the updates.
const placeOrder = `
create function place_order(o jsonb) returns jsonb language plpgsql as $$
declare
  known orders;
  wanted record;
  short jsonb;
begin
  insert into orders (order_id, channel, order_number, fingerprint, status, placed_at, currency, net, tax, total)
  values (o->>'orderId', o->>'channel', o->>'orderNumber', o->>'fingerprint', 'confirmed',
    (o->>'placedAt')::timestamptz, o->>'currency', (o->>'net')::numeric, (o->>'tax')::numeric, (o->>'total')::numeric)
  on conflict (channel, order_number) do nothing;
  if not found then
    select * into known from orders where channel = o->>'channel' and order_number = o->>'orderNumber';
    return jsonb_build_object('orderId', known.order_id, 'fingerprint', known.fingerprint, 'shortages', known.shortages,
      'replayed', true);
  end if;
  begin
    insert into order_lines
    select o->>'orderId', l.line, l.sku, l.quantity, l."unitPrice", l."taxRate", l.net
    from jsonb_to_recordset(o->'lines')
      as l(line int, sku text, quantity int, "unitPrice" numeric, "taxRate" numeric, net numeric);
    for wanted in select * from jsonb_to_recordset(o->'demand') as d(sku text, quantity int) loop
      update stock set allocated = allocated + wanted.quantity
      where sku = wanted.sku and on_hand - allocated >= wanted.quantity;
      if not found then
        short := jsonb_build_array(jsonb_build_object('sku', wanted.sku, 'requested', wanted.quantity));
        raise exception using errcode = 'WB001';
      end if;
    end loop;
  exception when sqlstate 'WB001' then
    update orders set status = 'rejected', shortages = short where order_id = o->>'orderId';
  end;
  return jsonb_build_object('orderId', o->>'orderId', 'fingerprint', o->>'fingerprint', 'shortages', short,
    'replayed', false);
end $$;`;
