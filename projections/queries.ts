import type { OrderId, Sku } from "../actors/ids.ts";
import type { Accuracy, AccuracyFilter } from "./lanes/accuracy.ts";
import type { CaseFound, CaseView } from "./case_view.ts";
import type { InvoiceQueries } from "./invoices/invoice_queries.ts";
import type { PayoutCandidates } from "../actors/payout/candidates.ts";
import type { PayoutSummary, PayoutView } from "../actors/payout/view.ts";
import type { StatementAsked } from "./payout_candidates.ts";
import type { RequestView } from "../actors/parcel/request_status.ts";
import type { ParcelView } from "../actors/parcel/view.ts";
import type { OrderView } from "../actors/order/order_view.ts";
import type { Json } from "../actors/actor.ts";

/** How far each partition's log was read: partition → stream sequence of the last turn record included. */
export type Positions = ReadonlyMap<number, number>;

export interface OrderRow {
  readonly order: OrderView;
  /** Changes whenever the order does; for ETags. */
  readonly version: number;
  /** The customer block, from PERSONAL; absent when none was given, it has been erased, or it is not copied yet. */
  readonly customer?: Json;
  /** One was given and is not here: it is not copied yet, or it has been erased. */
  readonly customerMissing?: true;
}
export interface OrderFilter {
  readonly channel?: string;
  readonly orderNumber?: string;
  readonly status?: string;
  /** RFC 3339; orders placed at or after. */
  readonly createdFrom?: string;
  readonly limit: number;
  readonly cursor?: string;
}
export interface Page<T> {
  readonly items: readonly T[];
  /** Absent on the last page. */
  readonly next?: string;
}
export interface HistoryEvent {
  /** Orders the events of one order; also the SSE event id. */
  readonly version: number;
  readonly type: string;
  readonly at: string;
  readonly data: Json;
  /** The id of the command that caused it. */
  readonly cause: string;
}

/** A shipment and what became of its parcel. */
export interface ShipmentFound {
  readonly shipmentId: string;
  readonly orderId: string;
  readonly token: string;
  readonly reference: string;
  readonly location: string;
  readonly service?: string;
  readonly handedOverAt: string;
  readonly lines: readonly { readonly line: number; readonly sku: string; readonly quantity: number }[];
  readonly parcel: ParcelView;
  /** What the receiver asked for, oldest first. */
  readonly requests: readonly RequestView[];
  /** Their words by request: personal data, only where one shipment is asked for by its id. */
  readonly said?: { readonly [request: string]: Json };
  /** Changes whenever the parcel does. */
  readonly revision: string;
  /** Of the order, when its row is there. */
  readonly channel?: string;
  readonly orderNumber?: string;
  /** Of each of `lines`; empty where the shop gave none. */
  readonly descriptions?: readonly string[];
  /** Of the customer, when known. */
  readonly language?: string;
  readonly destinationCountry?: string;
  /** Where it was handed over, when the shop has described it. */
  readonly origin?: {
    readonly name: string;
    readonly country?: string;
    readonly latitude?: number;
    readonly longitude?: number;
  };
}

/** What the edge asks of parcels. Throws `Fault("database.unavailable")` when it cannot be answered. */
export interface TrackingQueries {
  shipment(id: string): Promise<ShipmentFound | undefined>;
  byToken(token: string): Promise<ShipmentFound | undefined>;
  /** The revision of each token that is known: one question, however many are watched. */
  revisionsOf(tokens: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

export interface CaseFilter {
  readonly state?: "open" | "closed";
  readonly team?: string;
  readonly priority?: string;
  readonly carrier?: string;
  readonly orderId?: string;
  readonly channel?: string;
  /** RFC 3339; cases that are due before. */
  readonly dueBefore?: string;
  readonly limit: number;
  readonly cursor?: string;
}
/** What the edge asks of cases. Throws `Fault("database.unavailable")` when it cannot be answered. */
export interface CaseQueries {
  find(id: string): Promise<CaseFound | undefined>;
  /** What is due first comes first. */
  list(filter: CaseFilter): Promise<Page<CaseView>>;
}

export interface PayoutFilter {
  readonly source?: string;
  readonly status?: string;
  readonly limit: number;
  readonly cursor?: string;
}
/** What the edge asks of payouts. Throws `Fault("database.unavailable")` when it cannot be answered. */
export interface PayoutQueries {
  find(id: string): Promise<PayoutView | undefined>;
  /** Newest first. */
  list(filter: PayoutFilter): Promise<Page<PayoutSummary>>;
  /** What the statement is compared with. */
  candidates(asked: StatementAsked): Promise<PayoutCandidates>;
}

export interface ReturnFilter {
  readonly orderId: string;
  readonly limit: number;
  readonly cursor?: string;
}
export interface ReturnFound {
  readonly view: Json;
  /** Of the order, when its row is there. */
  readonly channel?: string;
}
/** What the edge asks of returns. Throws `Fault("database.unavailable")` when it cannot be answered. */
export interface ReturnQueries {
  find(id: string): Promise<ReturnFound | undefined>;
  /** Of one order, oldest first. */
  list(filter: ReturnFilter): Promise<Page<Json>>;
}

/** Rows that one projection writes, by its name. */
export type RowsRead = "orders" | "parcels" | "returns" | "cases" | "lanes" | "invoices" | "payouts";
export interface RowsReader {
  /** Waits until the rows include this position; false when that did not happen within `waitMsMax`. */
  reached(position: Positions, waitMsMax: number): Promise<boolean>;
}

/** What the edge asks of Postgres. Throws `Fault("database.unavailable")` when it cannot answer. */
export interface Queries {
  order(id: OrderId): Promise<OrderRow | undefined>;
  orders(filter: OrderFilter): Promise<Page<OrderView>>;
  /** Oldest first, versions above `after`. */
  history(id: OrderId, after?: number): Promise<readonly HistoryEvent[]>;
  /** Who asks these rows of them: each projection is as far as it is. */
  reads(...rows: readonly RowsRead[]): RowsReader;
  readonly tracking: TrackingQueries;
  readonly cases: CaseQueries;
  readonly payouts: PayoutQueries;
  readonly returns: ReturnQueries;
  readonly invoices: InvoiceQueries;
  /** How estimates of delivered parcels have turned out. */
  accuracy(filter: AccuracyFilter): Promise<Page<Accuracy>>;
  /** The same for the customer blocks, which are copied on a way of their own. */
  reachedCustomers(position: Positions, waitMsMax: number): Promise<boolean>;
}

export interface StockLevel {
  readonly location: string;
  readonly onHand: number;
  readonly sellable: number;
  readonly qualityControl: number;
  readonly quarantine: number;
  readonly refurbish: number;
  readonly damaged: number;
  readonly reserved: number;
  readonly allocated: number;
  readonly picked: number;
  readonly packed: number;
  readonly held: number;
  readonly incoming: number;
  readonly safetyStock: number;
  /** max(0, sellable − reserved − allocated − picked − packed − held − safetyStock). */
  readonly available: number;
}
export interface SkuStock {
  readonly sku: Sku;
  readonly stocked: boolean;
  readonly description?: string;
  /** The sum over the locations. */
  readonly available: number;
  readonly backordered: number;
  readonly locations: readonly StockLevel[];
}
/** The edge's own memory view of stock, fed by EVENTS. */
export interface StockView {
  /** Undefined when no event ever named the SKU. */
  sku(sku: Sku): SkuStock | undefined;
  /** When the newest event in the view became durable, milliseconds since 1970, or the last sign that nothing newer exists. */
  asOfMs(): number;
  positions(): Positions;
  reached(position: Positions, waitMsMax: number): Promise<boolean>;
}
