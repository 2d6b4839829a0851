import { assert } from "../actor.ts";
import { booksOf, invoicedUnits } from "./money_state.ts";
import type { KnownOrder } from "./state.ts";
import { poolsOf } from "./tax_pools.ts";

/** What holds after every event: nothing is invoiced beyond what was ordered, nothing credited beyond what was invoiced. */
export function checkBooks(state: KnownOrder): void {
  if (state.books === undefined || checked.get(state.books) === true) return;
  const fault = `Cannot account for the money of ${state.placed.order}`;
  invoicedUnits(state).forEach((units, i) => assert(units <= state.placed.lines[i]!.quantity, fault));
  for (const invoice of booksOf(state).invoices) {
    for (const { left } of invoice.lines) assert(left.units >= 0 && left.charge >= 0n, fault);
    assert((invoice.shipping?.left ?? 0n) >= 0n, fault);
    for (const pool of poolsOf(state, invoice).values()) {
      assert(pool.taxLeft >= 0n && (pool.chargeLeft > 0n || pool.taxLeft === 0n), fault);
    }
  }
  checked.set(state.books, true);
}

/** Books that were looked at: most events leave them alone. */
const checked = new WeakMap<NonNullable<KnownOrder["books"]>, boolean>();
