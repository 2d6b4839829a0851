import type { CancelOrder } from "../commands.ts";
import type { Sku } from "../ids.ts";
import { refuse } from "./decide_payment.ts";
import { unclaimedLines } from "./distribute.ts";
import { type Draft, record, tell } from "./draft.ts";
import type { Awaited, CancelledLine } from "./events.ts";
import { bySku, holdsOf, type KnownOrder, linesOf } from "./state.ts";

/** Ends units that are not shipped. What is claimed or queued ends when its SKU has answered; services and open units at once. */
export function cancel(draft: Draft, command: CancelOrder): void {
  const { state } = draft;
  const wanted = command.lines ? bySku(command.lines) : unshippedBySku(state);
  if (wanted.size === 0 || state.phase === "rejected" || state.phase === "expired") {
    const detail = "Cannot cancel the order: nothing of it is left to cancel";
    return refuse(draft, command, { reason: "already-shipped", detail });
  }
  const errors = tooMuch(state, command);
  if (errors.length > 0) {
    const detail = "Cannot cancel the lines: more is asked for than is left to cancel";
    return refuse(draft, command, { reason: "already-shipped", detail, errors });
  }
  const { request, fingerprint, reason, lines } = command;
  const { atOnce, awaited } = planOf(state, wanted);
  record(draft, "order.cancel_requested", { request, fingerprint, reason, ...(lines && { lines }), awaited });
  if (atOnce.length > 0 || awaited.length === 0) {
    record(draft, "order.lines_cancelled", { answered: [], lines: atOnce });
  }
  for (const hold of awaited) {
    tell(draft, hold, { type: "release", quantity: hold.quantity, reason: "cancelled", answer: true });
  }
}

function unshippedBySku(state: KnownOrder): Map<Sku, number> {
  const rows = state.placed.lines.map(({ sku }, i) => ({ sku, quantity: unshipped(state, i) }));
  return bySku(rows.filter(({ quantity }) => quantity > 0));
}

function unshipped(state: KnownOrder, index: number): number {
  const line = state.lines[index]!;
  return state.placed.lines[index]!.quantity - line.cancelled - line.shipped;
}

/** The lines that ask for more than is left, where earlier ones of the same SKU have taken theirs. */
function tooMuch(state: KnownOrder, command: CancelOrder) {
  const left = new Map<Sku, number>();
  return (command.lines ?? []).flatMap(({ sku, quantity: requested }, i) => {
    if (!left.has(sku)) {
      left.set(
        sku,
        linesOf(state.placed, sku).reduce((sum, line) => sum + unshipped(state, line), 0),
      );
    }
    const available = Math.min(requested, left.get(sku)!);
    left.set(sku, left.get(sku)! - available);
    const detail = `Only ${available} of ${requested} can be cancelled`;
    return available < requested
      ? [{ pointer: `/lines/${i}/quantity`, detail, sku, requested, available }]
      : [];
  });
}

/** For each SKU: first what nobody has to give back, then what is queued, then what is claimed, newest attempts first. */
function planOf(
  state: KnownOrder,
  wanted: ReadonlyMap<Sku, number>,
): { atOnce: CancelledLine[]; awaited: Awaited[] } {
  const holds = new Map<Sku, ReturnType<typeof holdsOf>>();
  for (const hold of holdsOf(state)) holds.set(hold.sku, [hold, ...holds.get(hold.sku) ?? []]);
  const atOnce: CancelledLine[] = [], awaited: Awaited[] = [];
  for (const [sku, quantity] of wanted) {
    const rows = unclaimedLines(state, sku, quantity);
    atOnce.push(...rows);
    let left = rows.reduce((rest, row) => rest - row.quantity, quantity);
    const own = (holds.get(sku) ?? []).sort((a, b) => b.attempt - a.attempt).map((hold) => ({
      ...hold,
      taken: 0,
    }));
    for (const counter of ["queued", "claimed"] as const) {
      for (const hold of own) {
        const taken = Math.min(left, hold[counter]);
        hold.taken += taken;
        left -= taken;
      }
    }
    for (const { attempt, taken } of own) if (taken > 0) awaited.push({ sku, attempt, quantity: taken });
  }
  return { atOnce, awaited };
}
