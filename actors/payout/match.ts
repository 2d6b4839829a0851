import type { CandidateOrder, PayoutCandidates } from "./candidates.ts";
import { type LineMatch, type Placed, whole } from "./line_match.ts";
import { matchPayments } from "./match_payments.ts";
import { matchRefunds } from "./match_refunds.ts";
import type { StatementLine, StatementLineType } from "./statement.ts";

export interface Statement {
  readonly source: string;
  readonly currency: string;
  readonly lines: readonly StatementLine[];
}

/**
 * What each line belongs to, in the order of the lines. A pure function of its arguments, in which the order of lines means nothing: lines
 * that compete for one order are taken by their references. Fees and adjustments are bookable as they stand, and are matched unless they
 * name an order that is not there. Lines of `kept` (by their place in the statement, from 0) stay what they are; of those only one that
 * was matched with a difference still takes its share of its order.
 */
export function matchStatement(
  statement: Statement,
  candidates: PayoutCandidates,
  kept: ReadonlyMap<number, LineMatch> = new Map(),
): readonly LineMatch[] {
  const matches = new Array<LineMatch>(statement.lines.length);
  const known = new Map(candidates.known.map((line) => [lineKey(line), line.payout]));
  const orders = byName(candidates.orders);
  const payments = new Map<CandidateOrder, Placed[]>(), refunds = new Map<CandidateOrder, Placed[]>();
  statement.lines.forEach((line, index) => {
    if (takesNothing(kept.get(index))) return;
    const payout = known.get(lineKey(line));
    const found = orderOf(line, statement.source, orders);
    const settled = payout === undefined
      ? settle(line, found, statement.currency)
      : whole(line, "disputed", "line-known", { payout });
    if ("state" in settled) matches[index] = settled;
    else push(line.type === "payment" ? payments : refunds, settled, { index, line });
  });
  for (const [order, lines] of payments) matchPayments(order, lines, matches);
  for (const [order, lines] of refunds) matchRefunds(order, lines, matches);
  for (const [index, match] of kept) matches[index] = match;
  return matches;
}

const takesNothing = (kept: LineMatch | undefined) =>
  kept !== undefined && kept.state !== "matched_with_diff";

/** (type, reference) as one string. */
export const lineKey = ({ type, reference }: { type: StatementLineType; reference: string }): string =>
  `${type} ${reference}`;

/** Orders by number, and by the references of what was captured and refunded: by `#<number>` or as a line is named. */
function byName(orders: readonly CandidateOrder[]): ReadonlyMap<string, readonly CandidateOrder[]> {
  const named = new Map<string, CandidateOrder[]>();
  for (const order of orders) {
    push(named, `#${order.orderNumber}`, order);
    for (const reference of order.payments) push(named, lineKey({ type: "payment", reference }), order);
    for (const { reference } of order.refunds) push(named, lineKey({ type: "refund", reference }), order);
  }
  return named;
}

type Found = CandidateOrder | "no-order-number" | "unknown-order" | "ambiguous-order";

/**
 * By number within the line's channel, which is the source's own unless it names one; else the only order anywhere of that number. A line
 * without a number is found by its reference, when one order alone was captured or refunded under it.
 */
function orderOf(
  line: StatementLine,
  source: string,
  orders: ReadonlyMap<string, readonly CandidateOrder[]>,
): Found {
  const { orderNumber, channel } = line;
  const named = orders.get(orderNumber === undefined ? lineKey(line) : `#${orderNumber}`) ?? [];
  const own = orderNumber !== undefined && named.find((order) => order.channel === (channel ?? source));
  if (own) return own;
  const possible = named.filter((order) => channel === undefined || order.channel === channel);
  if (possible.length > 1) return "ambiguous-order";
  return possible[0] ?? (orderNumber === undefined ? "no-order-number" : "unknown-order");
}

/** What a line is by itself, or the order that has to say. */
function settle(line: StatementLine, found: Found, currency: string): LineMatch | CandidateOrder {
  const bookable = line.type === "fee" || line.type === "adjustment";
  if (typeof found === "string") {
    if (line.type === "chargeback") return whole(line, "disputed", "chargeback");
    if (bookable && found === "no-order-number") return { state: "matched" };
    return whole(line, "unmatched", found);
  }
  const { order } = found;
  if (line.type === "chargeback") return whole(line, "disputed", "chargeback", { order });
  if (bookable) return { state: "matched", order };
  return found.currency === currency ? found : whole(line, "unmatched", "currency-differs", { order });
}

function push<K, V>(groups: Map<K, V[]>, key: K, value: V): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [value]);
  else group.push(value);
}
