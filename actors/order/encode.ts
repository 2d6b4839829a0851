import { Map as ImmutableMap } from "immutable";
import type { Json } from "../actor.ts";
import type { LocationCode, Sku } from "../ids.ts";
import { asJson } from "../as_json.ts";
import { decodeBooks, encodeBooks, sizeOfBooks, type StoredBooks } from "./encode_books.ts";
import type { Grant } from "./events.ts";
import { type KnownOrder, type LineState, type OrderState, untouched } from "./state.ts";

/** A line as a snapshot holds it: numbers only, and nothing at all for one that was not touched. */
type Row =
  | 0
  | readonly [
    cancelled: number,
    shipped: number,
    service: 0 | 1,
    claims: readonly (readonly [attempt: number, location: string, quantity: number])[],
    queue: readonly (readonly [attempt: number, quantity: number])[],
    back?: readonly [returning: number, returned: number],
  ];
type Stored = Omit<KnownOrder, "lines" | "asking" | "cancelling" | "shipping" | "books" | "captured"> & {
  readonly lines: readonly Row[];
  readonly books?: StoredBooks;
  readonly captured?: string;
  readonly asking?: Omit<NonNullable<KnownOrder["asking"]>, "answers"> & { readonly answers: [Sku, Grant][] };
  readonly cancelling?: [string, number][];
  readonly shipping?: Omit<NonNullable<KnownOrder["shipping"]>, "awaited"> & {
    readonly awaited: [string, number][];
  };
};

export function encodeOrder(state: OrderState): Json {
  if (state.phase === "unknown") return { phase: state.phase, key: state.key };
  const { lines, asking, cancelling, shipping, books, captured, ...rest } = state;
  const stored: Stored = {
    ...rest,
    lines: lines.map(rowOf),
    ...(asking && { asking: { ...asking, answers: [...asking.answers] } }),
    ...(cancelling && { cancelling: [...cancelling.awaited] }),
    ...(shipping && { shipping: { ...shipping, awaited: [...shipping.awaited] } }),
    ...(books && { books: encodeBooks(books) }),
    ...(captured !== undefined && { captured: String(captured) }),
  };
  return asJson(stored);
}

export function decodeOrder(json: Json): OrderState {
  const stored = json as Stored | { readonly phase: "unknown"; readonly key: string };
  if (stored.phase === "unknown") return stored;
  const { lines, asking, cancelling, shipping, books, captured, ...rest } = stored;
  return {
    ...rest,
    lines: lines.map(lineOf),
    ...(asking && { asking: { ...asking, answers: ImmutableMap(asking.answers) } }),
    ...(cancelling && { cancelling: { awaited: ImmutableMap(cancelling) } }),
    ...(shipping && { shipping: { ...shipping, awaited: ImmutableMap(shipping.awaited) } }),
    ...(books && { books: decodeBooks(books) }),
    ...(captured !== undefined && { captured: BigInt(captured) }),
  };
}

function rowOf(line: LineState): Row {
  if (line === untouched) return 0;
  const claims = line.claims.map(({ attempt, location, quantity }) => [attempt, location, quantity] as const);
  const queue = line.queue.map(({ attempt, quantity }) => [attempt, quantity] as const);
  const { cancelled, shipped, returning, returned } = line, service = line.service ? 1 : 0;
  if (returning === 0) return [cancelled, shipped, service, claims, queue];
  return [cancelled, shipped, service, claims, queue, [returning, returned]];
}

function lineOf(row: Row): LineState {
  if (row === 0) return untouched;
  const [cancelled, shipped, service, claims, queue, [returning, returned] = [0, 0]] = row;
  return {
    cancelled,
    shipped,
    returning,
    returned,
    service: service === 1,
    claims: claims.map(([attempt, location, quantity]) => ({
      attempt,
      location: location as LocationCode,
      quantity,
    })),
    queue: queue.map(([attempt, quantity]) => ({ attempt, quantity })),
  };
}

/** Measured on orders of 1 to 2,000 lines; a frozen answer costs about as much as the order itself. */
const orderBytes = 1_500, lineBytes = 600, frozenLineBytes = 500, shipmentBytes = 800;

export function sizeOfOrder(state: OrderState): number {
  if (state.phase === "unknown") return 100;
  const lines = state.lines.length;
  const asked = (state.asking?.answers.size ?? 0) + (state.shipping?.request.awaited.length ?? 0);
  const extra = state.waiting.length * orderBytes + asked * lineBytes +
    (state.shipments.length + state.returns.length) * shipmentBytes + sizeOfBooks(state.books);
  return orderBytes + lines * lineBytes + extra + frozenViews(state) * (orderBytes + lines * frozenLineBytes);
}

/** Topics that were frozen together share one view. */
function frozenViews(state: KnownOrder): number {
  let views = 0, last: unknown;
  for (const { frozen } of state.answers) {
    if (frozen !== undefined && frozen !== last) views++;
    last = frozen ?? last;
  }
  return views;
}
