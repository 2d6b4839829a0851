import { parseDecimal } from "../../../actors/money/decimal.ts";
import { exemptionOf } from "../exemptions.ts";
import { oneLine } from "../parties.ts";
import { dueOf } from "../view.ts";
import { ink, page } from "./paper.ts";
import type { Sheet } from "./sheet.ts";

const boxLeft = 320;
const rowHeight = 16;

/** What it comes to: net, tax by rate, total, and what is paid of it; beside them why tax was not charged. Returns the y below. */
export function putTotals(sheet: Sheet, top: number): number {
  const rows = rowsOf(sheet), height = rows.length * (rowHeight + 3) + 30;
  const notes = exemptionNotes(sheet);
  let y = top + 14;
  if (y + height > page.bottom) {
    sheet.paper.newPage();
    y = page.top;
  }
  const notesBelow = notes.reduce(
    (below, note) => sheet.paper.put(note, page.left, below, { size: 8, colour: ink.soft, width: 240 }) + 3,
    y + 2,
  );
  for (const row of rows) y = putTotal(sheet, row, y);
  return Math.max(y, notesBelow);
}

interface Total {
  readonly says: string;
  /** Said before the amount, smaller: what a tax is counted of. */
  readonly of?: string;
  readonly amount: string;
  readonly strong?: boolean;
}

function rowsOf({ document, texts, numbers }: Sheet): Total[] {
  const { net, taxes, total, paid, type } = document;
  return [
    { says: texts.net, amount: numbers.money(net) },
    ...taxes.map((tax) => ({
      says: texts.taxOf(numbers.rate(tax.rate)),
      of: `${texts.taxable} ${numbers.amount(tax.net)}`,
      amount: numbers.money(tax.tax),
    })),
    { says: texts.total[type], amount: numbers.money(total), strong: true },
    ...(type === "invoice" && paid !== undefined && parseDecimal(paid) !== 0n
      ? [
        { says: texts.paid, amount: numbers.money(paid) },
        { says: texts.due, amount: numbers.money(dueOf(document)), strong: true },
      ]
      : []),
  ];
}

function putTotal({ paper }: Sheet, { says, of, amount, strong = false }: Total, y: number): number {
  const width = page.right - boxLeft;
  if (strong) paper.band(y, rowHeight + 4, boxLeft, width);
  const size = strong ? 10 : 9, at = y + (strong ? 3 : 2);
  paper.put(says, boxLeft + 6, at, { size, bold: strong });
  if (of !== undefined) paper.figure(of, page.right - 88, at + 1, { size: 7, colour: ink.soft, width: 88 });
  paper.figure(amount, page.right - 4, at, { size, bold: strong, width: of === undefined ? 130 : 82 });
  return y + rowHeight + (strong ? 6 : 0);
}

function exemptionNotes({ document, seller, texts }: Sheet): string[] {
  const untaxed = document.taxes.map(({ category }) => category).filter((category) => category !== "S");
  return [...new Set(untaxed)].map((category) => oneLine(exemptionOf(category, seller, texts)));
}
