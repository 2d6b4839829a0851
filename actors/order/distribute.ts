import type { LocationCode, Sku } from "../ids.ts";
import type { Part } from "../protocol.ts";
import type { CancelledLine, Grant, GrantedLine } from "./events.ts";
import { type KnownOrder, linesOf, openUnits } from "./state.ts";

/** Units by location, taken from the front. */
interface Pool {
  readonly parts: { location: LocationCode; quantity: number }[];
}
const poolOf = (parts: readonly Part[]): Pool => ({ parts: parts.map((part) => ({ ...part })) });

/** Up to `units` from the pool, in its order. */
function draw(pool: Pool, units: number): Part[] {
  const drawn: Part[] = [];
  let left = units;
  while (left > 0 && pool.parts.length > 0) {
    const first = pool.parts[0]!;
    const quantity = Math.min(left, first.quantity);
    drawn.push({ location: first.location, quantity });
    left -= quantity;
    first.quantity -= quantity;
    if (first.quantity === 0) pool.parts.shift();
  }
  return drawn;
}

/** Spreads what the SKUs granted over the lines' open units, in line order: first goods, then the queue, then `short`. */
export function grantLines(
  state: KnownOrder,
  grants: Iterable<Grant>,
  asked: ReadonlyMap<Sku, number>,
): GrantedLine[] {
  const rows: GrantedLine[] = [];
  for (const grant of grants) {
    const held = grant.kind === "held" ? grant : undefined;
    if (held?.service) {
      for (const i of linesOf(state.placed, grant.sku)) rows.push({ line: i + 1, parts: [], service: true });
      continue;
    }
    const pool = poolOf(held?.parts ?? []);
    const claimed = pool.parts.reduce((sum, part) => sum + part.quantity, 0);
    let queue = held?.queued ?? 0;
    let short = asked.get(grant.sku)! - claimed - queue;
    for (const i of linesOf(state.placed, grant.sku)) {
      let open = openUnits(state.placed.lines[i]!.quantity, state.lines[i]!);
      if (open === 0) continue;
      const parts = draw(pool, open);
      for (const part of parts) open -= part.quantity;
      const queued = Math.min(open, queue), cancelled = Math.min(open - queued, short);
      queue -= queued;
      short -= cancelled;
      rows.push({ line: i + 1, parts, ...(queued > 0 && { queued }), ...(cancelled > 0 && { cancelled }) });
    }
  }
  return rows.sort((a, b) => a.line - b.line);
}

interface MovedLine {
  readonly line: number;
  readonly attempt: number;
  readonly parts: readonly Part[];
}

/** Which lines' queued units of that attempt the new claims fill, in line order. What is queued nowhere is left out. */
export function fillLines(state: KnownOrder, sku: Sku, attempt: number, parts: readonly Part[]): MovedLine[] {
  const pool = poolOf(parts);
  const rows: MovedLine[] = [];
  for (const i of linesOf(state.placed, sku)) {
    const queued = state.lines[i]!.queue.find((entry) => entry.attempt === attempt)?.quantity ?? 0;
    const filled = draw(pool, queued);
    if (filled.length > 0) rows.push({ line: i + 1, attempt, parts: filled });
  }
  return rows;
}

/** Which lines' claims of that attempt these units were, in line order. What is claimed nowhere is left out. */
export function claimedLines(
  state: KnownOrder,
  sku: Sku,
  attempt: number,
  parts: readonly Part[],
): MovedLine[] {
  const left = new Map<LocationCode, number>();
  for (const part of parts) left.set(part.location, (left.get(part.location) ?? 0) + part.quantity);
  const rows: MovedLine[] = [];
  for (const i of linesOf(state.placed, sku)) {
    const taken: Part[] = [];
    for (const claim of state.lines[i]!.claims) {
      const quantity = Math.min(claim.quantity, left.get(claim.location) ?? 0);
      if (claim.attempt !== attempt || quantity === 0) continue;
      taken.push({ location: claim.location, quantity });
      left.set(claim.location, left.get(claim.location)! - quantity);
    }
    if (taken.length > 0) rows.push({ line: i + 1, attempt, parts: taken });
  }
  return rows;
}

/** Which lines end with what a SKU gave back: the queued part first, then the claims, each in line order. */
export function releasedLines(
  state: KnownOrder,
  released: {
    readonly sku: Sku;
    readonly attempt: number;
    readonly parts: readonly Part[];
    readonly dequeued: number;
  },
): CancelledLine[] {
  const { sku, attempt } = released;
  const claimed = new Map(
    claimedLines(state, sku, attempt, released.parts).map((row) => [row.line, row.parts]),
  );
  let left = released.dequeued;
  const rows: CancelledLine[] = [];
  for (const i of linesOf(state.placed, sku)) {
    const queued = state.lines[i]!.queue.find((entry) => entry.attempt === attempt)?.quantity ?? 0;
    const dequeued = Math.min(queued, left);
    const parts = claimed.get(i + 1) ?? [];
    const quantity = parts.reduce((sum, part) => sum + part.quantity, dequeued);
    left -= dequeued;
    if (quantity > 0) rows.push({ line: i + 1, quantity, attempt, parts, ...(dequeued > 0 && { dequeued }) });
  }
  return rows;
}

/** Ends up to `units` of the SKU that no SKU has to give back (services, open units), in line order. */
export function unclaimedLines(state: KnownOrder, sku: Sku, units: number): CancelledLine[] {
  const rows: CancelledLine[] = [];
  let left = units;
  for (const i of linesOf(state.placed, sku)) {
    const line = state.lines[i]!, ordered = state.placed.lines[i]!.quantity;
    const free = line.service ? ordered - line.cancelled - line.shipped : openUnits(ordered, line);
    const quantity = Math.min(free, left);
    left -= quantity;
    if (quantity > 0) rows.push({ line: i + 1, quantity });
  }
  return rows;
}
