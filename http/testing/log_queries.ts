import type { Json } from "../../actors/actor.ts";
import { keyOf, kindOf, type OrderId } from "../../actors/ids.ts";
import type { IssuedDocument } from "../../actors/series/document.ts";
import type { OrderView } from "../../actors/order/order_view.ts";
import { orderView } from "../../actors/order/view.ts";
import { LogFollower } from "../../projections/log_follower.ts";
import { nothingYet } from "../../projections/log_record.ts";
import { type ChangedOrder, type EventRow, foldOrders } from "../../projections/orders.ts";
import { type InvoiceQueries, pages } from "../../projections/invoices/invoice_queries.ts";
import { type OrderMoney, paymentsOf } from "../../projections/invoices/payment.ts";
import { refundsOf } from "../../projections/invoices/refunds.ts";
import type {
  CaseQueries,
  HistoryEvent,
  OrderFilter,
  OrderRow,
  Page,
  PayoutQueries,
  Positions,
  Queries,
  ReturnQueries,
  ShipmentFound,
  TrackingQueries,
} from "../../projections/queries.ts";
import { type ChangedParcel, foldParcels, type ShipmentRow } from "../../projections/parcels.ts";
import { requestRow } from "../../projections/personal.ts";
import { shipmentFound } from "../../projections/shipment_found.ts";
import { covers, Waiters } from "../../projections/waiters.ts";
import { LogCases } from "./log_cases.ts";
import { LogReturns } from "./log_returns.ts";
import { LogInvoices } from "./log_invoices.ts";
import { pageOfOrders } from "./log_orders.ts";
import { LogLanes } from "./log_lanes.ts";
import { LogPayouts } from "./log_payouts.ts";
import type { Accuracy, AccuracyFilter } from "../../projections/lanes/accuracy.ts";
import type { Broker } from "../../streams/broker/broker.ts";
import { Fault } from "../../streams/faults.ts";
import { type CommandPack, streamNames, subjects } from "../../streams/record.ts";
import type { Runtime } from "../../streams/runtime.ts";

/** The order projection kept in memory instead of Postgres: the same folds over the same log, and it can be paused or taken down. */
export class LogQueries implements Queries {
  readonly #broker: Broker;
  readonly #orders = new Map<string, ChangedOrder>();
  readonly #events = new Map<string, EventRow[]>();
  readonly #customers = new Map<string, Json>();
  readonly #requests: ReturnType<typeof requestRow>[] = [];
  readonly #shipments = new Map<string, ShipmentRow>();
  readonly #parcels = new Map<string, ChangedParcel>();
  readonly #cases = new LogCases((id) => this.#namesOf(id));
  readonly #returns = new LogReturns((id) => this.#namesOf(id)?.channel);
  readonly #lanes = new LogLanes();
  readonly #invoices = new LogInvoices((id) => this.#customers.get(id));
  readonly #payouts = new LogPayouts(() => [...this.#orders.values()].map(({ state }) => state));
  readonly #standing = new Map<number, number>();
  readonly #waiters: Waiters;
  #resumed = Promise.resolve();
  #resume = () => {};
  #stop: (() => Promise<void>)[] = [];
  /** As if Postgres were gone. */
  down = false;

  constructor(broker: Broker, runtime: Pick<Runtime, "after">) {
    this.#broker = broker;
    this.#waiters = new Waiters(runtime);
  }

  /** Stops taking records until `resume`. */
  pause(): void {
    this.#resumed = new Promise((resolve) => this.#resume = resolve);
  }
  resume(): void {
    this.#resume();
  }

  async run(): Promise<void> {
    const people = this.#broker.read(streamNames.commands, {
      subject: subjects.commands(0),
      fromSequence: 1,
    });
    const follower = await LogFollower.open(this.#broker, { partition: 0, from: nothingYet });
    this.#stop = [() => people.stop(), () => follower.stop()];
    await Promise.all([this.#meet(people), this.#follow(follower)]);
  }

  async stop(): Promise<void> {
    this.#resume();
    this.#waiters.close();
    for (const stop of this.#stop) await stop();
  }

  async #follow(follower: LogFollower): Promise<void> {
    for await (const records of follower.batches()) {
      await this.#resumed;
      const changes = foldOrders(this.#orders, records);
      for (const [id, order] of changes.orders) this.#orders.set(id, order);
      for (const event of changes.events) {
        this.#events.set(event.order_id, [...this.#events.get(event.order_id) ?? [], event]);
      }
      const { shipments, parcels } = foldParcels(this.#parcels, records);
      for (const shipment of shipments) this.#shipments.set(shipment.shipment_id, shipment);
      for (const [key, parcel] of parcels) this.#parcels.set(key, parcel);
      this.#cases.take(records);
      this.#returns.take(records);
      this.#lanes.take(records);
      this.#invoices.take(records);
      this.#payouts.take(records);
      this.#standing.set(0, records.at(-1)!.sequence);
      this.#waiters.wake(this.#standing);
    }
  }

  async #meet(packs: AsyncIterable<{ readonly payload: Uint8Array }>): Promise<void> {
    for await (const { payload } of packs) {
      const { commands } = JSON.parse(new TextDecoder().decode(payload)) as CommandPack;
      for (const { to, id, personal } of commands) {
        if (personal === undefined) continue;
        if (kindOf(to) !== "parcel") {
          if (!this.#customers.has(keyOf(to))) this.#customers.set(keyOf(to), personal);
        } else if (typeof personal === "string") this.#cases.texts.set(id, personal);
        else this.#requests.push(requestRow(personal));
      }
    }
  }

  order(id: OrderId): Promise<OrderRow | undefined> {
    return this.#answer(() => {
      const found = this.#orders.get(id);
      const view = found && viewOf(found);
      if (found === undefined || view === undefined) return undefined;
      const customer = this.#customers.get(id);
      return { order: view, version: found.version, ...(customer === undefined ? {} : { customer }) };
    });
  }

  orders(filter: OrderFilter): Promise<Page<OrderView>> {
    return this.#answer(() =>
      pageOfOrders([...this.#orders.values()].map(viewOf).filter((view) => view !== undefined), filter)
    );
  }

  history(id: OrderId, after = 0): Promise<readonly HistoryEvent[]> {
    return this.#answer(() => {
      const events = (this.#events.get(id) ?? []).filter(({ version }) => version > after);
      return events.map(({ version, type, at, cause, data }) => ({ version, type, at, cause, data }));
    });
  }

  readonly tracking: TrackingQueries = {
    shipment: (id) =>
      this.#answer(() => {
        const found = this.#found(this.#shipments.get(id));
        const said = this.#requests.filter(({ order_id }) => order_id === found?.orderId)
          .map(({ request, said }) => [request, said] as const);
        return found && { ...found, ...(said.length > 0 && { said: Object.fromEntries(said) }) };
      }),
    byToken: (token) => this.#answer(() => this.#found(this.#withToken(token))),
    revisionsOf: (tokens) =>
      this.#answer(() => {
        const found = tokens.map((token) => [token, this.#found(this.#withToken(token))?.revision] as const);
        return new Map(
          found.flatMap(([token, revision]) => revision === undefined ? [] : [[token, revision]]),
        );
      }),
  };

  accuracy(filter: AccuracyFilter): Promise<Page<Accuracy>> {
    return this.#answer(() => this.#lanes.accuracy(filter));
  }

  readonly cases: CaseQueries = {
    find: (id) => this.#answer(() => this.#cases.find(id)),
    list: (filter) => this.#answer(() => this.#cases.list(filter)),
  };

  readonly payouts: PayoutQueries = {
    find: (id) => this.#answer(() => this.#payouts.find(id)),
    list: (filter) => this.#answer(() => this.#payouts.list(filter)),
    candidates: (asked) => this.#answer(() => this.#payouts.candidates(asked)),
  };

  readonly returns: ReturnQueries = {
    find: (id) => this.#answer(() => this.#returns.find(id)),
    list: (filter) => this.#answer(() => this.#returns.list(filter)),
  };

  readonly invoices: InvoiceQueries = {
    find: (number) => this.#answer(() => this.#invoices.find(number)),
    ofOrder: (id) => this.#answer(() => this.#invoices.ofOrder(id)),
    payments: (documents) => this.#answer(() => this.#paymentsOf(documents)),
    refunds: (id) =>
      this.#answer(() => {
        const found = this.#orders.get(id);
        return found === undefined ? [] : refundsOf(found.state);
      }),
    list: (filter) => this.#answer(() => this.#invoices.list(filter)),
    journal: (filter) =>
      pages((cursor) => this.#answer(() => this.#invoices.list({ ...filter, limit: 2, ...cursor }))),
  };

  #paymentsOf(documents: readonly IssuedDocument[]) {
    const money = [...this.#orders].map(([id, { state }]): [string, OrderMoney] => [
      id,
      { state, lines: this.#payouts.linesOf(id) },
    ]);
    return paymentsOf(documents, new Map(money));
  }

  #namesOf(orderId: string) {
    const found = this.#orders.get(orderId), view = found && viewOf(found);
    const customer = this.#customers.get(orderId) as { readonly id?: string } | undefined;
    return view && { ...view, customerReference: customer?.id };
  }

  #withToken(token: string): ShipmentRow | undefined {
    return [...this.#shipments.values()].find((shipment) => shipment.token === token);
  }

  #found(shipment: ShipmentRow | undefined): ShipmentFound | undefined {
    if (shipment === undefined) return undefined;
    const { order_id, parcel } = shipment;
    const order = this.#orders.get(order_id)?.state;
    return shipmentFound({ shipment, parcel: this.#parcels.get(parcel), order });
  }

  /** All of them are as far as the log that was read. */
  reads(): this {
    return this;
  }
  async reached(position: Positions, waitMsMax: number): Promise<boolean> {
    await this.#answer(() => undefined);
    return covers(this.#standing, position) || await this.#waiters.wait(position, waitMsMax);
  }

  /** Customers are met as soon as their commands are. */
  reachedCustomers(position: Positions, waitMsMax: number): Promise<boolean> {
    return this.reached(position, waitMsMax);
  }

  async #answer<T>(read: () => T): Promise<T> {
    await Promise.resolve(); // Postgres never answers at once either.
    if (this.down) throw new Fault("database.unavailable", "Cannot read orders: no connection");
    return read();
  }
}

function viewOf({ state }: ChangedOrder): OrderView | undefined {
  return state.phase === "unknown" ? undefined : orderView(state);
}
