import type { Json } from "../../actors/actor.ts";
import { returnView } from "../../actors/return/return_state.ts";
import { formatCursor, parseCursor } from "../../projections/cursor.ts";
import type { LogRecord } from "../../projections/log_record.ts";
import type { Page, ReturnFilter, ReturnFound } from "../../projections/queries.ts";
import { type ChangedReturn, foldReturns, openedOf } from "../../projections/returns.ts";

/** The projection of returns kept in memory: the same fold over the same log. */
export class LogReturns {
  readonly #returns = new Map<string, ChangedReturn>();
  readonly #channelOf: (orderId: string) => string | undefined;

  constructor(channelOf: (orderId: string) => string | undefined) {
    this.#channelOf = channelOf;
  }

  take(records: readonly LogRecord[]): void {
    for (const [id, changed] of foldReturns(this.#returns, records)) this.#returns.set(id, changed);
  }

  find(id: string): ReturnFound | undefined {
    const found = this.#returns.get(id);
    if (found === undefined) return undefined;
    const state = openedOf(found), channel = this.#channelOf(state.order);
    return { view: returnView(state), ...(channel !== undefined && { channel }) };
  }

  list({ orderId, limit, cursor }: ReturnFilter): Page<Json> {
    const after = cursor === undefined ? undefined : parseCursor(cursor);
    const places = [...this.#returns.values()].map(openedOf).filter(({ order }) => order === orderId)
      .map((state) => ({ state, id: state.key, at: new Date(state.authorisedAtMs).toISOString() }))
      .filter(({ at, id }) => after === undefined || `${at} ${id}` > `${after.at} ${after.id}`)
      .sort((one, other) => `${one.at} ${one.id}` < `${other.at} ${other.id}` ? -1 : 1);
    const page = places.slice(0, limit),
      last = page.at(-1),
      items = page.map(({ state }) => returnView(state));
    if (places.length <= limit || last === undefined) return { items };
    return { items, next: formatCursor(last) };
  }
}
