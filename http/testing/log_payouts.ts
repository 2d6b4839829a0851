import type { OrderState } from "../../actors/order/state.ts";
import type { PayoutCandidates } from "../../actors/payout/candidates.ts";
import { type PayoutSummary, type PayoutView, payoutView } from "../../actors/payout/view.ts";
import { formatCursor, parseCursor } from "../../projections/cursor.ts";
import type { LogRecord } from "../../projections/log_record.ts";
import { candidatesOf, namedBy, type StatementAsked } from "../../projections/payout_candidates.ts";
import {
  type FoldedPayout,
  foldPayouts,
  foldReferences,
  lineRows,
  type PayoutLineRow,
  payoutRow,
  type ReferenceRow,
} from "../../projections/payouts.ts";
import type { Page, PayoutFilter } from "../../projections/queries.ts";

/** The projection of payouts kept in memory: the same fold over the same log. */
export class LogPayouts {
  readonly #payouts = new Map<string, FoldedPayout>();
  readonly #references: ReferenceRow[] = [];
  readonly #orders: () => readonly OrderState[];

  constructor(orders: () => readonly OrderState[]) {
    this.#orders = orders;
  }

  take(records: readonly LogRecord[]): void {
    for (const [id, payout] of foldPayouts(this.#payouts, records)) this.#payouts.set(id, payout);
    this.#references.push(...foldReferences(records));
  }

  /** What belongs to an order, of all payouts. */
  linesOf(orderId: string): readonly PayoutLineRow[] {
    return [...this.#payouts.values()].flatMap(lineRows).filter(({ order_id }) => order_id === orderId);
  }

  find(id: string): PayoutView | undefined {
    const state = this.#payouts.get(id)?.state;
    return state === undefined || state.recorded === null ? undefined : payoutView(state);
  }

  list({ limit, cursor, source, status }: PayoutFilter): Page<PayoutSummary> {
    const after = cursor === undefined ? undefined : parseCursor(cursor);
    const place = (at: string, id: string) => `${at} ${id}`;
    const isAsked = (payout: FoldedPayout) =>
      status === undefined || payoutRow(payout).status === status ||
      (status !== "matched" && lineRows(payout).some(({ written_off, state }) =>
        status === (written_off === null ? state : "written_off")
      ));
    const found = [...this.#payouts.values()].filter(isAsked).map((payout) => payoutRow(payout).summary)
      .filter((row) => source === undefined || row.source === source)
      .map((row) => ({ row, at: place(row.recordedAt, row.payoutId) }))
      .filter(({ at }) => after === undefined || at < place(after.at, after.id))
      .sort((a, b) => a.at < b.at ? 1 : -1)
      .map(({ row }) => row);
    const items = found.slice(0, limit), last = items.at(-1);
    if (found.length <= limit || last === undefined) return { items };
    return { items, next: formatCursor({ at: last.recordedAt, id: last.payoutId }) };
  }

  #referencesWithChannels() {
    const channels = new Map(
      this.#orders().flatMap((state) =>
        state.phase === "unknown" ? [] : [[state.placed.order as string, state.placed.channel] as const]
      ),
    );
    return this.#references.flatMap((row) => {
      const channel = channels.get(row.order_id);
      return channel === undefined ? [] : [{ ...row, channel }];
    });
  }

  candidates(asked: StatementAsked): PayoutCandidates {
    const { payout, source, lines, channel } = asked, self = this.find(payout);
    const before = (row: PayoutSummary) =>
      row.payoutId !== payout &&
      (self === undefined || [row.recordedAt, row.payoutId].join() < [self.recordedAt, payout].join());
    const named = namedBy(asked, this.#referencesWithChannels());
    const earlier = [...this.#payouts.values()].map((folded) => ({ folded, row: payoutRow(folded).summary }))
      .filter(({ row }) => before(row))
      .sort((a, b) => a.row.recordedAt < b.row.recordedAt ? -1 : 1)
      .flatMap(({ folded }) => lineRows(folded));
    const orders = this.#orders().filter((order) =>
      order.phase !== "unknown" && (channel === undefined || order.placed.channel === channel) &&
      (lines.some(({ orderNumber }) => orderNumber === order.placed.orderNumber) ||
        named.some(({ order_id }) => order_id === order.placed.order))
    );
    const isLine = (row: typeof earlier[number]) =>
      row.source === source &&
      lines.some(({ type, reference }) => type === row.type && reference === row.reference);
    return candidatesOf(asked, {
      orders,
      named,
      settled: earlier.filter(({ type, state }) =>
        (type === "payment" || type === "refund") && (state === "matched" || state === "matched_with_diff")
      ),
      known: earlier.filter(isLine),
    });
  }
}
