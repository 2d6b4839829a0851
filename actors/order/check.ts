import { assert } from "../actor.ts";
import { checkBooks } from "./check_books.ts";
import { anyOpen, type KnownOrder, openUnits, type OrderState } from "./state.ts";

/** What holds after every event: every unit of a line is in one place, and open units have a reason. */
export function checkOrder(state: OrderState): void {
  if (state.phase === "unknown") return;
  if (checked.get(state.lines) !== state.placed) {
    for (let i = 0; i < state.lines.length; i++) checkLine(state, i);
    if (state.lines.length > manyLines) checked.set(state.lines, state.placed);
  }
  assert(mayBeOpen(state) || !anyOpen(state), `Cannot leave units open: the order is ${state.phase}`);
  assert(state.phase !== "reserving" || state.asking, "Cannot be reserving: no SKU was asked");
  const works = [state.asking, state.cancelling, state.shipping].filter((work) => work !== undefined);
  assert(works.length <= 1, "Cannot be: an order waits for its SKUs in one matter at a time");
  checkBooks(state);
}

/** Large orders whose lines were looked at, so that events which leave them alone cost nothing. */
const checked = new WeakMap<KnownOrder["lines"], KnownOrder["placed"]>();
const manyLines = 16;

function checkLine(state: KnownOrder, index: number): void {
  const line = state.lines[index]!, { quantity } = state.placed.lines[index]!;
  const fault = `Cannot account for line ${index + 1} of ${state.placed.order}`;
  assert(line.cancelled >= 0 && line.shipped >= 0 && line.cancelled + line.shipped <= quantity, fault);
  assert(0 <= line.returned && line.returned <= line.returning && line.returning <= line.shipped, fault);
  for (const claim of line.claims) assert(claim.quantity > 0 && claim.attempt <= state.attempt, fault);
  for (const queued of line.queue) assert(queued.quantity > 0 && queued.attempt <= state.attempt, fault);
  assert(!line.service || (line.claims.length === 0 && line.queue.length === 0), fault);
  assert(openUnits(quantity, line) >= 0, fault);
}

/** An order that is decided and not on hold has no open unit: ordered = cancelled + backordered + allocated + shipped (+ service). */
function mayBeOpen(state: KnownOrder): boolean {
  return state.phase !== "open" || state.asking !== undefined || state.hold !== undefined;
}
