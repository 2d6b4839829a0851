import type { Json } from "../actors/actor.ts";
import { exponentOf } from "../actors/money/currency.ts";
import { formatMinor } from "../actors/money/decimal.ts";
import { booksOf } from "../actors/order/money_state.ts";
import type { KnownOrder, OrderState } from "../actors/order/state.ts";
import { order } from "../actors/order/order.ts";
import { capturedAmount, orderView } from "../actors/order/view.ts";
import type { CandidateOrder, PayoutCandidates } from "../actors/payout/candidates.ts";
import { decimalOf, minorOf, type StatementLine } from "../actors/payout/statement.ts";
import type { Sql } from "./database.ts";
import type { PayoutLineRow, ReferenceRow } from "./payouts.ts";

/** The statement whose candidates are wanted. */
export interface StatementAsked {
  readonly payout: string;
  readonly source: string;
  readonly lines: readonly Pick<StatementLine, "type" | "reference" | "orderNumber" | "channel">[];
  /** Only orders of this channel, for a storefront's key. */
  readonly channel?: string;
}

/** What the rows say, as it is read: lines are of earlier payouts, oldest payout first. */
export interface CandidateRows {
  readonly orders: readonly OrderState[];
  /** Orders that lines without a number name. */
  readonly named: readonly ReferenceRow[];
  /** Payments and refunds that were matched with those orders. */
  readonly settled: readonly PayoutLineRow[];
  /** Lines of the same source, type and reference. */
  readonly known: readonly Pick<PayoutLineRow, "type" | "reference" | "payout_id">[];
}

/** One of a number is enough where it is the source's own or named; two are enough to say that it is ambiguous. */
const strangersMax = 2;

/** What a statement is compared with, from rows. */
export function candidatesOf(
  { source, lines }: StatementAsked,
  { orders, named, settled, known }: CandidateRows,
): PayoutCandidates {
  const own = new Set([source, ...lines.flatMap(({ channel }) => channel ?? [])]);
  const strangers = new Map<string, number>(), settledOf = new Map<string | null, PayoutLineRow[]>();
  for (const line of settled) settledOf.set(line.order_id, [...settledOf.get(line.order_id) ?? [], line]);
  const chosen = orders.flatMap((state) => {
    if (state.phase === "unknown") return [];
    const { order: id, channel, orderNumber } = state.placed;
    const references = named.filter(({ order_id }) => order_id === id);
    if (!own.has(channel) && references.length === 0) {
      const count = (strangers.get(orderNumber) ?? 0) + 1;
      strangers.set(orderNumber, count);
      if (count > strangersMax) return [];
    }
    const payments = references.flatMap(({ kind, reference }) => kind === "payment" ? [reference] : []);
    return [{ ...candidateOf(state, settledOf.get(id) ?? []), payments }];
  });
  const first = new Map(known.toReversed().map((line) => [`${line.type} ${line.reference}`, line]));
  return {
    orders: chosen,
    known: [...first.values()].map(({ type, reference, payout_id }) => ({
      type,
      reference,
      payout: payout_id,
    }))
      .sort((a, b) => `${a.type} ${a.reference}` < `${b.type} ${b.reference}` ? -1 : 1),
  };
}

/** The order's own books name its documents and refunds, so that no other rows are needed. */
function candidateOf(state: KnownOrder, settled: readonly PayoutLineRow[]): Omit<CandidateOrder, "payments"> {
  const { orderId, channel, orderNumber, currency, total } = orderView(state);
  const { invoices, credits, refunds } = booksOf(state);
  const payoutOf = (line: PayoutLineRow | undefined) => line && { settled: line.payout_id };
  return {
    ...{ order: orderId, channel, orderNumber, currency, total },
    captured: formatMinor(capturedAmount(state), exponentOf(currency)),
    paid: settled.filter(({ type }) => type === "payment")
      .map(({ payout_id, amount, written_off }) => ({
        payout: payout_id,
        // What is written off is not expected any more: with it, the line settles what the books expected.
        amount: decimalOf(minorOf(amount, currency) - minorOf(written_off ?? "0", currency), currency),
      })),
    invoices: invoices.flatMap(({ issued }) => issued?.number ?? []),
    credits: credits.flatMap(({ issued }) =>
      issued === undefined ? [] : [{
        ...{ number: issued.number, total: issued.total },
        ...payoutOf(settled.find(({ credit_note }) => credit_note === issued.number)),
      }]
    ),
    refunds: refunds.map(({ requested: { refund, reference, amount, creditNote }, settled: status }) => ({
      ...{ refund, reference, amount, status: status ?? "pending" },
      ...(creditNote !== undefined && { creditNote }),
      ...payoutOf(
        settled.find((line) =>
          line.refund === refund ||
          (line.refund === null && creditNote !== undefined && line.credit_note === creditNote)
        ),
      ),
    })),
  };
}

/**
 * Reads what a statement is compared with. Earlier payouts are those that were recorded before this one; all others, while it is not
 * recorded.
 */
export async function readCandidates(sql: Sql, asked: StatementAsked): Promise<PayoutCandidates> {
  const numbers = [...new Set(asked.lines.flatMap(({ orderNumber }) => orderNumber ?? []))];
  const named = await readNamed(sql, asked);
  const orders = await readOrders(sql, { ...asked, numbers, ids: named.map(({ order_id }) => order_id) });
  const [self] = await sql<{ recorded_at: Date }[]>`
    select recorded_at from payouts_v1.payouts where payout_id = ${asked.payout}`;
  const earlier = self === undefined
    ? sql`p.payout_id <> ${asked.payout}`
    : sql`(p.recorded_at, p.payout_id) < (${self.recorded_at}, ${asked.payout})`;
  const ids = orders.flatMap((state) => state.phase === "unknown" ? [] : [state.placed.order]);
  const settled = ids.length === 0 ? [] : await sql<PayoutLineRow[]>`
    select l.payout_id, l.line, l.source, l.type, l.reference, l.amount::text as amount, l.state, l.order_id,
      l.refund, l.credit_note, l.written_off::text as written_off
    from payouts_v1.lines l join payouts_v1.payouts p on p.payout_id = l.payout_id
    where l.order_id = any(${sql.array(ids)}::text[]) and l.type in ('payment', 'refund')
      and l.state in ('matched', 'matched_with_diff') and ${earlier}
    order by p.recorded_at, p.payout_id, l.line`;
  const known = await sql<Pick<PayoutLineRow, "type" | "reference" | "payout_id">[]>`
    select l.type, l.reference, l.payout_id
    from unnest(
        ${asked.lines.map(({ type }) => type)}::text[], ${
    asked.lines.map(({ reference }) => reference)
  }::text[]
      ) as named (type, reference)
      join payouts_v1.lines l
        on l.source = ${asked.source} and l.type = named.type and l.reference = named.reference
      join payouts_v1.payouts p on p.payout_id = l.payout_id
    where ${earlier}
    order by p.recorded_at, p.payout_id, l.line`;
  return candidatesOf(asked, { orders, named, settled, known });
}

/** Two orders of one reference are enough to say that it is ambiguous. */
const namesakesMax = 2;

/**
 * Orders that lines without a number name by the reference of their capture or refund. Whose order it may be is asked here: the channels
 * that share a reference must not take each other's places.
 */
async function readNamed(sql: Sql, { lines, channel }: StatementAsked): Promise<readonly ReferenceRow[]> {
  const unnumbered = lines.filter((line) => line.orderNumber === undefined && isNamed(line));
  if (unnumbered.length === 0) return [];
  return await sql<ReferenceRow[]>`
    select r.kind, r.reference, r.order_id
    from unnest(
        ${unnumbered.map(({ type }) => type)}::text[], ${
    unnumbered.map(({ reference }) => reference)
  }::text[],
        ${unnumbered.map(({ channel }) => channel ?? null)}::text[]
      ) as named (kind, reference, channel)
      cross join lateral (
        select r.* from payouts_v1.order_references r join orders_v2.orders o on o.order_id = r.order_id
        where r.kind = named.kind and r.reference = named.reference
          and o.channel = coalesce(named.channel, o.channel)
          ${channel === undefined ? sql`` : sql`and o.channel = ${channel}`}
        order by r.order_id limit ${namesakesMax}
      ) r
    order by r.kind, r.reference, r.order_id`;
}
const isNamed = ({ type }: Pick<StatementLine, "type">) => type === "payment" || type === "refund";

/** Those that lines without a number name, as the rows are read. */
export function namedBy(
  { lines, channel: own }: Pick<StatementAsked, "lines" | "channel">,
  rows: readonly (ReferenceRow & { readonly channel: string })[],
): readonly ReferenceRow[] {
  return lines.filter((line) => line.orderNumber === undefined).flatMap((line) =>
    rows.filter(({ kind, reference, channel }) =>
      kind === line.type && reference === line.reference && channel === (line.channel ?? channel) &&
      channel === (own ?? channel)
    ).slice(0, namesakesMax)
  );
}

interface OrdersWanted {
  readonly numbers: readonly string[];
  readonly ids: readonly string[];
  readonly channel?: string;
}

/**
 * Orders of these numbers, in whatever channel, and of these ids. The index is by channel first: the few channels are found by leaps
 * through it, so that orders need no other index for this.
 */
async function readOrders(sql: Sql, { numbers, ids, channel }: OrdersWanted): Promise<readonly OrderState[]> {
  if (numbers.length + ids.length === 0) return [];
  const rows = await sql<{ state: Json }[]>`
    with recursive channels as (
      select min(channel) as channel from orders_v2.orders
      union all
      select (select min(o.channel) from orders_v2.orders o where o.channel > c.channel)
      from channels c where c.channel is not null
    ), wanted as (
      select o.order_id from channels c
        join orders_v2.orders o on o.channel = c.channel and o.order_number = any(${
    sql.array([...numbers])
  }::text[])
      union
      select unnest(${sql.array([...ids])}::text[])
    )
    select o.state from wanted w join orders_v2.orders o on o.order_id = w.order_id
    ${channel === undefined ? sql`` : sql`where o.channel = ${channel}`}
    order by o.order_id`;
  return rows.map(({ state }) => order.decode(state));
}
