import { keyOf, kindOf } from "../../actors/ids.ts";
import type { DataOf } from "../../actors/order/events.ts";
import { order } from "../../actors/order/order.ts";
import type { KnownOrder, OrderState } from "../../actors/order/state.ts";
import { orderStatus } from "../../actors/order/view.ts";
import { requestBehind } from "../../streams/host/trace_headers.ts";
import type { Entry } from "../../streams/record.ts";
import type { Happened } from "../../streams/record_text.ts";
import type { Sql } from "../database.ts";
import { folded } from "../folding.ts";
import type { LogRecord } from "../log_record.ts";
import { type CaseEntry, caseNews, isCaseNews } from "./case_news.ts";
import { type Signal, toldOf } from "./catalogue.ts";
import { frozen, type FrozenEvent, type Telling } from "./cloud_event.ts";
import { type Delay, delayedShipments, isDelay } from "./delayed_shipments.ts";
import { type FoldedOrder, isKnownOrderEvent, OrderFolds } from "./order_folds.ts";
import { creditAbout, type CreditNews, isCreditNews, moneyAbout, type MoneySaid } from "./money_payloads.ts";
import { orderData, returnData, type ReturnSaid, shipmentData, shipmentOf } from "./payloads.ts";
import type { Happening } from "./subscription.ts";

export interface Told extends FrozenEvent {
  /** Of the record that says so. */
  readonly sequence: number;
  /** W3C trace context of the request behind it; absent when nobody traces that. */
  readonly traceparent?: string;
}
/** Makes nothing of what nobody wants. */
export type IsWanted = (happening: Happening) => boolean;

interface Place {
  readonly record: LogRecord<Happened>;
  /** Counted from 0 in the record. */
  readonly index: number;
}

/** What subscribers are told of turn records, with each thing as it was right after it happened. */
export class PublicEvents {
  readonly #folds = new OrderFolds();
  readonly #publicUrl: string | undefined;

  /** `publicUrl`: where customers see the shop. */
  constructor(publicUrl: string | undefined) {
    this.#publicUrl = publicUrl;
  }

  /** Throws the `Fault` "projection.early" while rows that it needs are not there yet. */
  async of(records: readonly LogRecord<Happened>[], sql: Sql, isWanted: IsWanted): Promise<Told[]> {
    const told: Told[] = [], orders = await this.#folds.before(sql, firstVersions(records));
    for (const record of records) {
      for (const [index, entry] of record.record.entries.entries()) {
        const place = { record, index };
        if (kindOf(entry.actor) === "order") told.push(...this.#ofOrder(entry, place, orders, isWanted));
        else if (isDelay(entry)) told.push(...await this.#ofDelay(entry, place, sql, isWanted));
        else if (isCaseNews(entry)) told.push(...await this.#ofCase(entry, place, sql, isWanted));
        else if (isCreditNews(entry)) told.push(...this.#ofCredit(entry, place, isWanted));
      }
    }
    for (const [id, fold] of orders) this.#folds.keep(id, fold);
    return told;
  }

  #ofOrder(entry: Entry, place: Place, orders: Map<string, FoldedOrder>, isWanted: IsWanted): Told[] {
    const id = keyOf(entry.actor), before = orders.get(id);
    const after = folded(order, before, entry, isKnownOrderEvent);
    orders.set(id, after);
    const state = after.state;
    if (state.phase === "unknown") return [];
    return signalsOf(entry, before?.state, state).flatMap(toldOf).flatMap((event) => {
      const about = this.#about(event.name, state, entry);
      return this.#told({ event, place, ...about }, isWanted);
    });
  }

  async #ofDelay(entry: Entry & Delay, place: Place, sql: Sql, isWanted: IsWanted): Promise<Told[]> {
    const told: Told[] = [];
    for (const { state, shipment, delay } of await delayedShipments(sql, entry)) {
      const data = { ...shipmentData(state, shipment, this.#publicUrl), ...delay };
      const about = { subject: shipment.shipment, channel: state.placed.channel, data };
      for (const event of toldOf(entry.type)) told.push(...this.#told({ event, place, ...about }, isWanted));
    }
    return told;
  }

  async #ofCase(entry: Entry & CaseEntry, place: Place, sql: Sql, isWanted: IsWanted): Promise<Told[]> {
    const { caseId: subject, channel, data } = await caseNews(sql, entry);
    return toldOf(entry.type).flatMap((event) =>
      this.#told({ event, place, subject, channel, data }, isWanted)
    );
  }

  #ofCredit(entry: Entry & CreditNews, place: Place, isWanted: IsWanted): Told[] {
    const about = creditAbout(entry);
    return toldOf(entry.type).flatMap((event) => this.#told({ event, place, ...about }, isWanted));
  }

  #about(name: string, state: KnownOrder, entry: Entry): About {
    if (name.startsWith("shipment.")) return this.#shipment(state, entry);
    if (name.startsWith("return.")) return returnAbout(state, entry);
    return isMoney(name) ? moneyOf(state, entry) : orderAbout(state);
  }

  #shipment(state: KnownOrder, { data }: Entry): About {
    const { shipment: id } = data as unknown as DataOf<"order.shipped" | "order.parcel_moved">;
    const shipment = shipmentOf(state, id);
    if (shipment === undefined) throw new Error(`Cannot tell of shipment ${id}: its order does not have it`);
    return {
      subject: id,
      channel: state.placed.channel,
      data: shipmentData(state, shipment, this.#publicUrl),
    };
  }

  #told(
    { event, place, ...about }: About & Pick<Telling, "event"> & { place: Place },
    isWanted: IsWanted,
  ): Told[] {
    const { sequence, headers, record } = place.record;
    if (!isWanted({ name: event.name, sequence, channel: about.channel })) return [];
    const source = this.#publicUrl ?? "urn:waybill";
    const telling = { event, source, atMs: record.atMs, place: [record.turn, place.index], ...about };
    const traceparent = requestBehind(headers, record.entries[place.index]!.cause);
    return [{ ...frozen(telling), sequence, ...(traceparent && { traceparent }) }];
  }
}

type About = Pick<Telling, "subject" | "channel" | "data">;

const orderAbout = (state: KnownOrder): About => ({
  subject: state.placed.order,
  channel: state.placed.channel,
  data: orderData(state),
});

function returnAbout(state: KnownOrder, { type, data }: Entry): About {
  const said = { type, data } as unknown as ReturnSaid;
  return { subject: said.data.return, channel: state.placed.channel, data: returnData(state, said) };
}

const isMoney = (name: string) => /^(invoice|credit|refund)\./.test(name);

function moneyOf(state: KnownOrder, { type, data }: Entry): About {
  return { channel: state.placed.channel, ...moneyAbout(state, { type, data } as unknown as MoneySaid) };
}

function firstVersions(records: readonly LogRecord<Happened>[]): Map<string, number> {
  const firsts = new Map<string, number>();
  for (const { record } of records) {
    for (const { actor, version } of record.entries) {
      if (kindOf(actor) === "order" && !firsts.has(keyOf(actor))) firsts.set(keyOf(actor), version);
    }
  }
  return firsts;
}

function signalsOf({ type, data }: Entry, before: OrderState | undefined, after: KnownOrder): Signal[] {
  const signals = [type as Signal];
  const moved = type === "order.parcel_moved" ? data as unknown as DataOf<"order.parcel_moved"> : undefined;
  if (moved) signals.push(`shipment is ${moved.status}`);
  const was = before === undefined || before.phase === "unknown" ? undefined : orderStatus(before);
  const is = orderStatus(after);
  // A parcel that comes back makes a delivered order `shipped` again: that is the parcel's news, not another hand-over.
  if (is !== was && (moved === undefined || is === "delivered")) signals.push(`order is ${is}`);
  return signals;
}
