import { type Answer, assert, type Json, type Rejection } from "../actor.ts";
import { asJson } from "../as_json.ts";
import type { LocationCode, OrderId, ReturnId, ShipmentId, Sku } from "../ids.ts";
import type { TrackingStatus } from "../parcel/status.ts";
import type { Arrival, ReturnParcel } from "./return_commands.ts";
import type {
  GradedLine,
  GradeMove,
  Move,
  ReturnGradingAsked,
  ReturnLine,
  ReturnParcelMovedOn,
  ReturnReceiptAsked,
  ReturnRefusal,
  ShortMove,
} from "./return_events.ts";

export type ReturnRejection = Rejection<
  | ReturnRefusal
  | "unknown-return"
  | "idempotency-mismatch"
  | "not-in-quality-control"
  | "return-busy"
  | "too-many-operations"
>;

/** What waits for locations (`locate`), for SKUs (`move`), or for those that get units of another one (`restock`). */
interface Progress {
  readonly step: "locate" | "move" | "restock";
  /** Answers of this step that are missing. */
  readonly waiting: number;
  readonly priorities: readonly { readonly location: LocationCode; readonly priority: number | null }[];
  readonly short: readonly ShortMove[];
}
export type Receipt = Progress & ReturnReceiptAsked["data"] & { readonly kind: "receive" };
export type Grading = Progress & ReturnGradingAsked["data"] & { readonly kind: "grade" };
/** A receipt or a grading that is under way. Several may be, and none waits for another. */
export type Work = Receipt | Grading;

export interface KnownRequest {
  readonly request: string;
  readonly fingerprint: string;
  /** Absent while it is under way. */
  readonly answer?: Answer;
}

export interface OpenReturn {
  readonly key: ReturnId;
  readonly order: OrderId;
  readonly reference: string;
  readonly reason: string;
  readonly by: string;
  readonly authorisedAtMs: number;
  readonly expiresAtMs: number;
  readonly lines: readonly ReturnLine[];
  /** In which it travels, where that is known, and what its carrier said last. */
  readonly parcel?: ReturnParcel & { readonly moved?: ReturnParcelMovedOn["data"] };
  /** Present when nobody announced it: all of it came at once. */
  readonly arrived?: Arrival;
  /** What came, by SKU. */
  readonly received: readonly ReturnLine[];
  /** What came and is neither graded nor being graded, as it came. */
  readonly ungraded: readonly Move[];
  readonly graded: readonly GradedLine[];
  /** Operations that were ever asked for. */
  readonly operations: number;
  readonly works: readonly Work[];
  readonly requests: readonly KnownRequest[];
  readonly ended?: "settled" | "cancelled" | "expired";
}
export type ReturnState = { readonly key: string; readonly order: null } | OpenReturn;

export type ReturnStatus =
  | "authorised"
  | "in_transit"
  | "received"
  | "graded"
  | "settled"
  | "cancelled"
  | "expired";

export function statusOf(state: OpenReturn): ReturnStatus {
  if (state.ended !== undefined) return state.ended;
  if (state.received.length === 0) {
    return state.arrived ? "received" : isUnderWay(state) ? "in_transit" : "authorised";
  }
  const grades = state.works.some(({ kind }) => kind === "grade");
  return state.ungraded.length > 0 || grades ? "received" : "graded";
}

/** Also delivered: nobody has said yet what came. */
const underWay: ReadonlySet<TrackingStatus> = new Set([
  "in_transit",
  "out_for_delivery",
  "delivery_attempted",
  "available_for_pickup",
  "delivered",
  "exception",
]);
const isUnderWay = ({ parcel }: OpenReturn) =>
  parcel?.moved !== undefined && underWay.has(parcel.moved.status);

export function unitsOf(lines: readonly ReturnLine[], sku: Sku): number {
  let units = 0;
  for (const line of lines) if (line.sku === sku) units += line.quantity;
  return units;
}

/** What has come of a SKU, that which is just being received included. */
export function arrivedOf({ received, works }: OpenReturn, sku: Sku): number {
  let units = unitsOf(received, sku);
  for (const work of works) if (work.kind === "receive") units += unitsOf(work.lines, sku);
  return units;
}

export const movesOf = (work: Work): readonly Move[] =>
  work.kind === "grade" ? work.moves : work.lines.map((line) => ({ ...line, location: work.location }));

/** The moves whose units go on to another SKU. */
export function restocksOf({ lines, moves }: Pick<Grading, "lines" | "moves">): readonly (GradeMove & {
  readonly restockAs: Sku;
  readonly move: number;
})[] {
  return moves.flatMap((move, i) => {
    const { restockAs } = lines[move.line]!;
    return restockAs === undefined ? [] : [{ ...move, restockAs, move: i }];
  });
}

/** Adds what is alike. */
export function summed<L extends ReturnLine>(
  lines: readonly L[],
  more: readonly L[],
  keyOf: (line: L) => string,
): L[] {
  const sums = new Map<string, L>();
  for (const line of [...lines, ...more]) {
    const key = keyOf(line), old = sums.get(key);
    sums.set(key, old ? { ...old, quantity: old.quantity + line.quantity } : line);
  }
  return [...sums.values()];
}
export const bySku = ({ sku }: ReturnLine): string => sku;
export const byGrade = ({ sku, grade, disposition, restockAs }: GradedLine): string =>
  JSON.stringify([sku, grade, disposition, restockAs]);

/** A return as everyone sees it. */
export function returnView(state: OpenReturn): Json {
  const { key: returnId, order: orderId, reference, reason, graded, arrived, parcel } = state;
  return asJson({
    returnId,
    orderId,
    reference,
    reason,
    status: statusOf(state),
    ...(arrived && { arrived: arrivalView(arrived) }),
    ...(parcel && { parcel: parcelView(parcel) }),
    authorisedAt: new Date(state.authorisedAtMs).toISOString(),
    expiresAt: new Date(state.expiresAtMs).toISOString(),
    lines: state.lines.map(({ sku, quantity }) => ({
      sku,
      quantity,
      received: unitsOf(state.received, sku),
      ungraded: unitsOf(state.ungraded, sku),
    })),
    graded,
  });
}

function parcelView({ moved, ...parcel }: NonNullable<OpenReturn["parcel"]>) {
  if (moved === undefined) return parcel;
  const { status, subStatus, atMs } = moved;
  return {
    ...parcel,
    status,
    ...(subStatus !== undefined && { subStatus }),
    statusAt: new Date(atMs).toISOString(),
  };
}

/** In the words of the API. */
export function arrivalView(arrived: Arrival): ArrivalView {
  if (arrived.kind === "blind") return arrived;
  const { kind, location, shipment: shipmentId } = arrived;
  return { kind, location, shipmentId };
}
export type ArrivalView = Omit<Arrival, "shipment"> & { readonly shipmentId?: ShipmentId };

/** `topic`: the request that asks. */
export function answer(state: ReturnState, topic?: string): Answer {
  if (state.order === null) return { ok: false, rejection: unknown(state.key) };
  const known = topic === undefined ? undefined : requestOf(state, topic);
  return known?.answer ?? { ok: true, value: returnView(state) };
}

export function requestOf({ requests }: OpenReturn, request: string): KnownRequest | undefined {
  return requests.find((known) => known.request === request);
}

export function unknown(key: string): ReturnRejection {
  return { reason: "unknown-return", detail: `Cannot find return ${key}: it was never authorised` };
}

/** No unit is received that was not authorised, and none is graded that did not come. */
export function check(state: ReturnState): void {
  if (state.order === null) return;
  for (const { sku, quantity } of state.lines) {
    const received = unitsOf(state.received, sku);
    let rest = received - unitsOf(state.graded, sku) - unitsOf(state.ungraded, sku);
    for (const work of state.works) if (work.kind === "grade") rest -= unitsOf(work.moves, sku);
    assert(rest === 0, `Cannot be: ${rest} units of ${sku} in ${state.key} are nowhere`);
    assert(arrivedOf(state, sku) <= quantity, `Cannot be: more of ${sku} came to ${state.key} than may`);
  }
}

/** Maps are none of it: the state is JSON as it is. */
export const encode = (state: ReturnState): Json => asJson(state);
export const decode = (json: Json): ReturnState => json as object as ReturnState;

export function sizeOf(state: ReturnState): number {
  if (state.order === null) return 128;
  const lines = state.lines.length + state.received.length + state.ungraded.length + state.graded.length;
  const works = state.works.reduce((sum, work) => sum + work.lines.length + movesOf(work).length, 0);
  return 1024 + (lines + works) * 160 + state.requests.length * 600;
}
