import { assert } from "../actor.ts";
import { type KnownOrder, openUnits, type OrderState } from "./state.ts";

/** What holds after every event: every unit of a line is in one place, and open units have a reason. */
export function checkOrder(state: OrderState): void {
  if (state.phase === "unknown") return;
  let open = 0;
  for (let i = 0; i < state.lines.length; i++) open += checkLine(state, i);
  if (open > 0) assert(mayBeOpen(state), `Cannot leave ${open} units open: the order is ${state.phase}`);
  assert(state.phase !== "reserving" || state.asking, "Cannot be reserving: no SKU was asked");
  assert(!(state.asking && state.cancelling), "Cannot ask for stock: a cancellation is under way");
}

function checkLine(state: KnownOrder, index: number): number {
  const line = state.lines[index]!, { quantity } = state.placed.lines[index]!;
  const fault = `Cannot account for line ${index + 1} of ${state.placed.order}`;
  assert(line.cancelled >= 0 && line.shipped >= 0 && line.cancelled + line.shipped <= quantity, fault);
  for (const claim of line.claims) assert(claim.quantity > 0 && claim.attempt <= state.attempt, fault);
  for (const queued of line.queue) assert(queued.quantity > 0 && queued.attempt <= state.attempt, fault);
  assert(!line.service || (line.claims.length === 0 && line.queue.length === 0), fault);
  const open = openUnits(quantity, line);
  assert(open >= 0, fault);
  return open;
}

/** An order that is decided and not on hold has no open unit: ordered = cancelled + backordered + allocated + shipped (+ service). */
function mayBeOpen(state: KnownOrder): boolean {
  return state.phase !== "open" || state.asking !== undefined || state.hold !== undefined;
}
