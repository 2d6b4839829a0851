import type { Books, ChargedShipping, Invoice, InvoicedLine } from "./books.ts";

/** Books as a snapshot holds them: JSON has no `bigint`, and an untouched line needs its charge once. */
type StoredLine = readonly [
  line: number,
  quantity: number,
  charge: string,
  taxLeft: string,
  ...credited:
    | readonly []
    | readonly [
      leftUnits: number,
      leftCharge: string,
      baseUnits: number,
      baseCharge: string,
    ],
];
type StoredShipping = readonly [charge: string, left: string, taxLeft: string];
interface StoredInvoice extends Omit<Invoice, "lines" | "shipping"> {
  readonly lines: readonly StoredLine[];
  readonly shipping?: StoredShipping;
}
export interface StoredBooks extends Omit<Books, "invoices"> {
  readonly invoices: readonly StoredInvoice[];
}

export function encodeBooks(books: Books): StoredBooks {
  return {
    ...books,
    invoices: books.invoices.map(({ lines, shipping, ...rest }) => ({
      ...rest,
      lines: lines.map(storedLine),
      ...(shipping && { shipping: storedShipping(shipping) }),
    })),
  };
}

export function decodeBooks(stored: StoredBooks): Books {
  return {
    ...stored,
    invoices: stored.invoices.map(({ lines, shipping, ...rest }) => ({
      ...rest,
      lines: lines.map(lineOf),
      ...(shipping && { shipping: shippingOf(shipping) }),
    })),
  };
}

function storedLine({ line, quantity, charge, taxLeft, left, base }: InvoicedLine): StoredLine {
  const head = [line, quantity, String(charge), String(taxLeft)] as const;
  if (left.units === quantity && left.charge === charge && base.charge === charge) return head;
  return [...head, left.units, String(left.charge), base.units, String(base.charge)];
}

function lineOf(stored: StoredLine): InvoicedLine {
  const [line, quantity, charge, taxLeft, ...credited] = stored;
  const whole = { units: quantity, charge: BigInt(charge) };
  const known = { line, quantity, charge: whole.charge, taxLeft: BigInt(taxLeft) };
  if (credited.length === 0) return { ...known, left: whole, base: whole };
  const [leftUnits, leftCharge, baseUnits, baseCharge] = credited;
  return {
    ...known,
    left: { units: leftUnits, charge: BigInt(leftCharge) },
    base: { units: baseUnits, charge: BigInt(baseCharge) },
  };
}

const storedShipping = ({ charge, left, taxLeft }: ChargedShipping): StoredShipping => [
  String(charge),
  String(left),
  String(taxLeft),
];
const shippingOf = ([charge, left, taxLeft]: StoredShipping): ChargedShipping => ({
  charge: BigInt(charge),
  left: BigInt(left),
  taxLeft: BigInt(taxLeft),
});

const documentBytes = 500, rowBytes = 300;

export function sizeOfBooks(books: Books | undefined): number {
  if (books === undefined) return 0;
  const rows = books.invoices.reduce((sum, { lines }) => sum + lines.length, 0) +
    books.credits.reduce((sum, { requested }) => sum + requested.lines.length, 0);
  const documents = books.invoices.length + books.credits.length + books.refunds.length;
  return documents * documentBytes + rows * rowBytes;
}
