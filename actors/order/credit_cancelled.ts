import { lineCharge } from "../money/invoiced.ts";
import { type Back, creditContent } from "./credit_amounts.ts";
import { requestCredit } from "./decide_credit.ts";
import type { Draft } from "./draft.ts";
import type { Invoice } from "./books.ts";
import { booksOf, chargedShipping, chargeIn, invoicedUnits, minorUnit, shippingUpTo } from "./money_state.ts";
import { type KnownOrder, liveUnits } from "./state.ts";
import { shippingLine } from "./tax_pools.ts";

/** What was invoiced and is cancelled now is given back, so that invoices less credits are what the order comes to. */
export function creditCancelled(draft: Draft): void {
  const { state } = draft, { credits } = booksOf(state);
  const backs = backOf(state);
  if (backs.length === 0) return;
  const nth = credits.filter(({ requested }) => requested.asked === undefined).length + 1;
  const source = `cancel:${state.placed.order}/${nth}`;
  requestCredit(draft, { source, reason: "cancellation", ...creditContent(state, backs) });
}

function backOf(state: KnownOrder): Back[] {
  const over = cancelledUnits(state);
  let shippingOver = cancelledShipping(state);
  return booksOf(state).invoices.flatMap((invoice) => {
    const backs = invoice.lines.flatMap((row): Back[] => {
      const units = Math.min(over[row.line - 1]!, row.left.units);
      if (units <= 0) return [];
      over[row.line - 1]! -= units;
      return [{ invoice, line: row.line, units, charge: chargeBack(state, row, units) }];
    });
    const left = invoice.shipping?.left ?? 0n, charge = shippingOver < left ? shippingOver : left;
    if (charge <= 0n) return backs;
    shippingOver -= charge;
    return [...backs, { invoice, line: shippingLine, units: 0, charge }];
  });
}

/** The charge for shipping that no unit is left for, and that is not given back for that yet. */
function cancelledShipping(state: KnownOrder): bigint {
  const { invoices, credits } = booksOf(state);
  let over = chargedShipping(invoices);
  for (const { requested } of credits) {
    if (requested.asked) continue;
    for (const row of requested.shipping) over -= chargeIn(state, row);
  }
  if (liveUnits(state) === 0) return over;
  return over - shippingUpTo(state, (i) => state.placed.lines[i]!.quantity - state.lines[i]!.cancelled);
}

/** Units of each line that are invoiced, cancelled, and not credited for that. */
function cancelledUnits(state: KnownOrder): number[] {
  const units = invoicedUnits(state);
  for (const { requested } of booksOf(state).credits) {
    if (requested.reason !== "cancellation") continue;
    for (const row of requested.lines) units[row.line - 1]! -= row.units;
  }
  return units.map((count, i) => {
    const live = state.placed.lines[i]!.quantity - state.lines[i]!.cancelled;
    return Math.max(0, count - live);
  });
}

/**
 * By the order's own formula, which its total is made of, unless an amount off the price or a return changed what the units are worth;
 * the last units take all that is left.
 */
function chargeBack(state: KnownOrder, { line, left }: Invoice["lines"][number], units: number): bigint {
  if (units === left.units) return left.charge;
  const placed = state.placed.lines[line - 1]!, minor = minorUnit(state);
  const chargeOf = (count: number) => lineCharge(placed, { before: 0, units: count, minor });
  if (left.charge === chargeOf(left.units)) return left.charge - chargeOf(left.units - units);
  return left.charge * BigInt(units) / BigInt(left.units);
}
