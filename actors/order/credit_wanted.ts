import type { Rejection } from "../actor.ts";
import type { CreditOrder } from "../money_commands.ts";
import { formatMinor, minorOf, parseDecimal } from "../money/decimal.ts";
import { unitsCredit } from "../money/invoiced.ts";
import { amountContent, type Back, type CreditContent, creditContent, grossOf } from "./credit_amounts.ts";
import { linesOfReturn, type WantedLine } from "./credit_of_return.ts";
import type { OrderRefusal } from "./events.ts";
import type { Invoice, InvoicedLine } from "./books.ts";
import type { OrderCreditRequested } from "./money_events.ts";
import { booksOf, exponent } from "./money_state.ts";
import { type KnownOrder, linesOf } from "./state.ts";
import { shippingLine } from "./tax_pools.ts";

type Refusal = Rejection<OrderRefusal>;
type Wanted =
  | { readonly ok: true; readonly content: CreditContent; readonly returned?: Returned }
  | { readonly ok: false; readonly rejection: Refusal };
/** Units of the return for which an amount is credited. */
type Returned = NonNullable<NonNullable<OrderCreditRequested["data"]["asked"]>["returned"]>;
const no = (rejection: Refusal): Wanted => ({ ok: false, rejection });

/** What a credit comes to: units of lines, an amount off them, or all that is left. Oldest invoices first. */
export function contentWanted(state: KnownOrder, command: CreditOrder): Wanted {
  const wanted = wantedOf(state, command);
  return wanted.ok && comesToNothing(wanted.content) && isGivenBack(state) ? no(nothingLeft) : wanted;
}

/** Also a unit of goods that cost less than a minor unit: then others of them take the money. */
const comesToNothing = ({ lines, shipping }: CreditContent) =>
  [...lines, ...shipping].every(({ net, tax }) => parseDecimal(net) === 0n && parseDecimal(tax) === 0n);

/** All the money that was invoiced, and not for units alone: so it is they that were given back without their units. */
const isGivenBack = (state: KnownOrder) =>
  leftOver(state, everyLine, () => 0).length === 0 &&
  booksOf(state).credits.some(({ requested }) =>
    requested.lines.some(({ units }) => units === 0) && !comesToNothing(requested)
  );
const nothingLeft: Refusal = {
  reason: "credit-exceeds-invoice",
  detail: "Cannot credit the order: nothing is left to credit of what was invoiced",
};

function wantedOf(state: KnownOrder, { lines, amount, returnId }: CreditOrder): Wanted {
  if (booksOf(state).invoices.length === 0) {
    return no({ reason: "nothing-invoiced", detail: "Cannot credit the order: nothing of it is invoiced" });
  }
  const known = state.returns.find((one) => one.return === returnId);
  if (known !== undefined) {
    const held = linesOfReturn(state, known, lines);
    return held.ok ? ofUnits(state, held.lines, amount) : no(held.rejection);
  }
  if (amount !== undefined) return ofAmount(state, amount, lines);
  return lines === undefined ? ofAll(state) : ofUnits(state, lines);
}

function ofAll(state: KnownOrder): Wanted {
  const backs = leftOver(state, everyLine, (row) => row.left.units);
  if (backs.length > 0) return { ok: true, content: creditContent(state, backs) };
  return no(nothingLeft);
}
const everyLine = () => true;

/** All that is left of the invoiced rows. An amount is no units; without lines it is off the shipping, too. */
function leftOver(
  state: KnownOrder,
  named: (line: number) => boolean,
  unitsOf: (row: InvoicedLine) => number,
): Back[] {
  return booksOf(state).invoices.flatMap((invoice) => {
    const backs = invoice.lines.flatMap((row): Back[] => {
      const units = unitsOf(row), charge = row.left.charge;
      return named(row.line) && (charge > 0n || units > 0)
        ? [{ invoice, line: row.line, units, charge }]
        : [];
    });
    const charge = named(shippingLine) ? invoice.shipping?.left ?? 0n : 0n;
    return charge > 0n ? [...backs, { invoice, line: shippingLine, units: 0, charge }] : backs;
  });
}

function ofAmount(state: KnownOrder, text: string, lines: CreditOrder["lines"]): Wanted {
  const numbers = lines && new Set(lines.flatMap((wanted) => candidates(state, wanted)));
  return amountOff(state, text, leftOver(state, (line) => numbers?.has(line) ?? true, () => 0));
}

/** An amount off these charges: no units. */
function amountOff(
  state: KnownOrder,
  text: string,
  backs: readonly Back[],
  of = "what was invoiced",
): Wanted {
  const places = exponent(state), { currency } = state.placed;
  const amount = minorOf(text, places), left = grossOf(state, backs);
  if (amount <= left) return { ok: true, content: amountContent(state, backs, amount) };
  const detail = `Cannot credit ${text} ${currency}: ${formatMinor(left, places)} of ${of} is left`;
  return no({ reason: "credit-exceeds-invoice", detail });
}

/** The order's lines of that SKU, or the one that is named by its number. */
function candidates({ placed }: KnownOrder, { sku, line }: WantedLine): number[] {
  const numbers = linesOf(placed, sku).map((index) => index + 1);
  return line === undefined ? numbers : numbers.filter((number) => number === line);
}

/** The units, or an amount off what those are worth. */
function ofUnits(state: KnownOrder, lines: readonly WantedLine[], amount?: string): Wanted {
  const taken = new Map<InvoicedLine, number>();
  const invoiceOf = new Map<InvoicedLine, Invoice>();
  // What names its line has no other choice, and chooses first.
  const inTurn = lines.map((wanted, i) => ({ wanted, i }))
    .sort((a, b) => Number(b.wanted.line !== undefined) - Number(a.wanted.line !== undefined));
  const errors = inTurn.flatMap(({ wanted, i }) => {
    let missing = wanted.quantity;
    for (const [invoice, row] of rowsFor(state, wanted)) {
      const before = taken.get(row) ?? 0, units = Math.min(missing, row.left.units - before);
      if (units <= 0) continue;
      taken.set(row, before + units);
      invoiceOf.set(row, invoice);
      missing -= units;
    }
    return missing === 0 ? [] : [tooMuch(i, wanted, wanted.quantity - missing)];
  });
  if (errors.length > 0) {
    const detail = "Cannot credit the lines: more is asked for than is invoiced and not credited";
    return no({ reason: "credit-exceeds-invoice", detail, errors: errors.slice(0, errorsMax) });
  }
  const backs = Array.from(taken, ([row, units]): Back => ({
    invoice: invoiceOf.get(row)!,
    line: row.line,
    units,
    charge: unitsCredit(row, units),
  }));
  if (amount === undefined) return { ok: true, content: creditContent(state, backs) };
  const worth = backs.map((back) => ({ ...back, units: 0 }));
  const reduced = amountOff(state, amount, worth, "what the return holds of them");
  return reduced.ok
    ? { ...reduced, returned: lines.map(({ sku, quantity }) => ({ sku, quantity })) }
    : reduced;
}
/** Refusals are remembered for ever. */
const errorsMax = 100;

function rowsFor(state: KnownOrder, wanted: WantedLine): (readonly [Invoice, InvoicedLine])[] {
  const numbers = new Set(candidates(state, wanted));
  return booksOf(state).invoices.flatMap((invoice) =>
    invoice.lines.filter(({ line }) => numbers.has(line)).map((row) => [invoice, row] as const)
  );
}

function tooMuch(index: number, { sku, quantity: requested }: WantedLine, creditable: number) {
  const detail = `Only ${creditable} of ${requested} can be credited`;
  return { pointer: `/lines/${index}/quantity`, detail, sku, requested, creditable };
}
