import { exponentOf } from "../../../actors/money/currency.ts";
import { parseDecimal } from "../../../actors/money/decimal.ts";
import { itemName, oneLine } from "../parties.ts";
import { amountOf } from "../view.ts";
import { ink, page } from "./paper.ts";
import type { Sheet } from "./sheet.ts";

interface Column {
  readonly name: "position" | "item" | "quantity" | "unitPrice" | "discount" | "taxRate" | "amount";
  readonly width: number;
}
interface Row {
  readonly position: string;
  readonly item: string;
  /** Below the item, smaller. */
  readonly more: string;
  readonly quantity: string;
  readonly unitPrice: string;
  readonly discount: string;
  readonly taxRate: string;
  readonly amount: string;
  readonly millionths: bigint;
}

const gap = 10;
const amountInset = 4;
const figureGap = 6;
const rowPadding = 4;
const carryHeight = 20;
const headHeight = 30;
/** What fits on a page; nothing that the API takes is longer. */
const itemLinesMax = 40;

/** The table of lines and shipping, on as many pages as it takes, each with its head. Returns the y below it. */
export async function putLines(sheet: Sheet, top: number): Promise<number> {
  const columns = columnsOf(sheet), rows = rowsOf(sheet);
  const first = rows[0] === undefined ? 0 : rowHeight(sheet, columns, rows[0]);
  const fits = top + headHeight + first + carryHeight <= page.bottom;
  if (!fits) sheet.paper.newPage();
  let y = putColumnHeads(sheet, columns, fits ? top : page.top), carried = 0n;
  for (const [index, row] of rows.entries()) {
    const height = rowHeight(sheet, columns, row);
    const needed = height + (index < rows.length - 1 ? carryHeight : 0);
    if (y + needed > page.bottom) {
      putCarried(sheet, sheet.texts.carriedForward, carried, y);
      sheet.paper.newPage();
      await sheet.paper.pause();
      y = putColumnHeads(sheet, columns, page.top);
      y = putCarried(sheet, sheet.texts.broughtForward, carried, y);
    }
    putRow(sheet, columns, row, y);
    carried += row.millionths;
    y += height;
    sheet.paper.rule(y, { colour: ink.band });
  }
  return y;
}

function columnsOf({ document }: Sheet): readonly Column[] {
  const discounted = document.lines.some(({ discount }) => parseDecimal(discount) !== 0n);
  const others: readonly Column[] = [
    { name: "quantity", width: 42 },
    { name: "unitPrice", width: 74 },
    ...(discounted ? [{ name: "discount", width: 58 } as const] : []),
    { name: "taxRate", width: 44 },
    { name: "amount", width: 84 },
  ];
  const position = 26, taken = others.reduce((sum, { width }) => sum + width, position);
  const item = page.right - page.left - taken;
  return [{ name: "position", width: position }, { name: "item", width: item }, ...others];
}

function rowsOf({ document, texts, numbers }: Sheet): Row[] {
  const { lines, shipping, currency, pricesIncludeTax } = document;
  const places = exponentOf(currency);
  const charged = ({ net, tax }: { readonly net: string; readonly tax: string }) =>
    pricesIncludeTax ? parseDecimal(net) + parseDecimal(tax) : parseDecimal(net);
  const rows = lines.map((line): Row => ({
    position: numbers.quantity(line.line),
    item: itemName(line),
    more: [
      line.sku && line.description ? `${texts.sku} ${line.sku}` : "",
      line.invoice === undefined ? "" : texts.ofInvoice(line.invoice),
    ].filter((part) => part !== "").join(" · "),
    quantity: numbers.quantity(line.quantity),
    unitPrice: numbers.unitPrice(line.unitPrice),
    discount: parseDecimal(line.discount) === 0n ? "" : `−${numbers.amount(line.discount)}`,
    taxRate: numbers.rate(line.taxRate),
    amount: numbers.amount(amountOf(charged(line), places)),
    millionths: charged(line),
  }));
  if (shipping === undefined) return rows;
  const item = oneLine(
    [texts.shipping, shipping.service && `(${shipping.service})`].filter(Boolean).join(" "),
  );
  const amount = numbers.amount(amountOf(charged(shipping), places));
  const blank = { position: "", more: "", quantity: "", unitPrice: "", discount: "" };
  return [...rows, {
    ...blank,
    item,
    taxRate: numbers.rate(shipping.taxRate),
    amount,
    millionths: charged(shipping),
  }];
}

function putColumnHeads(sheet: Sheet, columns: readonly Column[], y: number): number {
  const { paper, texts, document } = sheet;
  paper.band(y, headHeight);
  eachColumn(columns, ({ name }, x, width) => {
    const style = { size: 8, bold: true, width } as const;
    const said = texts.columns[name];
    if (!isFigure(name)) return paper.put(said, x + (name === "position" ? 4 : 0), y + 5, style);
    paper.figure(said, x + width, y + 5, style);
    const unit = { size: 7, colour: ink.soft, width } as const;
    if (name === "amount") paper.figure(document.currency, x + width, y + 17, unit);
    if (name === "unitPrice" && document.pricesIncludeTax) {
      paper.figure(texts.includingTax, x + width, y + 17, unit);
    }
  });
  return y + headHeight;
}

function putRow(sheet: Sheet, columns: readonly Column[], row: Row, top: number): void {
  const y = top + rowPadding, { paper } = sheet;
  eachColumn(columns, ({ name }, x, width) => {
    if (name === "item") {
      const below = paper.put(row.item, x, y, { width, lines: itemLinesMax });
      paper.put(row.more, x, below, { size: 7.5, colour: ink.soft, width });
    } else if (name === "position") paper.put(row.position, x + 4, y, { colour: ink.soft });
    else paper.figure(row[name], x + width, y, { width: width - figureGap });
  });
}

function rowHeight({ paper }: Sheet, columns: readonly Column[], row: Row): number {
  const width = columns.find(({ name }) => name === "item")!.width - gap;
  const more = row.more === "" ? 0 : paper.height(row.more, { size: 7.5, width });
  return paper.height(row.item, { width, lines: itemLinesMax }) + more + 2 * rowPadding;
}

function putCarried({ paper, numbers, document }: Sheet, says: string, sum: bigint, top: number): number {
  const y = top + rowPadding, amount = amountOf(sum, exponentOf(document.currency));
  paper.figure(says, page.right - 100, y, { width: 200, colour: ink.soft });
  paper.figure(numbers.amount(amount), page.right - 4, y, { width: 90, colour: ink.soft });
  paper.rule(top + carryHeight, { colour: ink.band });
  return top + carryHeight;
}

const isFigure = (name: Column["name"]) => name !== "position" && name !== "item";

function eachColumn(
  columns: readonly Column[],
  put: (column: Column, x: number, width: number) => unknown,
): void {
  let x: number = page.left;
  for (const column of columns) {
    const last = column.name === "amount";
    put(column, x, column.width - (column.name === "item" ? gap : last ? amountInset : 0));
    x += column.width;
  }
}
