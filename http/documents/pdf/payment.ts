import { parseDecimal } from "../../../actors/money/decimal.ts";
import { epcCode } from "../epc.ts";
import { oneLine } from "../parties.ts";
import { dueOf } from "../view.ts";
import { ink, page } from "./paper.ts";
import { putQrCode } from "./qr_code.ts";
import type { Sheet } from "./sheet.ts";

const blockHeight = 96;
const qrSize = 82;
const valueWidth = 240;

/** How it is paid, or that it was; and what the seller prints on every document. Returns the y below. */
export function putPayment(sheet: Sheet, top: number): number {
  const { paper, texts, document, seller } = sheet;
  const legal = seller.legalText ?? "";
  const legalHeight = paper.height(legal, { size: 8, width: page.right - page.left }) + 12;
  let y = top + 18;
  const due = document.type === "invoice" && parseDecimal(dueOf(document)) > 0n;
  const values = due ? transferOf(sheet) : [];
  const valuesHeight = values.reduce((sum, [, value]) => sum + paper.height(value, { width: valueWidth }), 0);
  if (y + (due ? Math.max(blockHeight, 42 + valuesHeight) : 16) + legalHeight > page.bottom) {
    paper.newPage();
    y = page.top;
  }
  if (due) y = putTransfer(sheet, y);
  else {
    const says = document.type === "invoice" ? texts.allPaid : texts.terms.credit_note;
    y = paper.put(says, page.left, y, { bold: document.type === "invoice" });
  }
  return paper.put(legal, page.left, y + 12, { size: 8, colour: ink.soft, width: page.right - page.left });
}

function putTransfer(sheet: Sheet, top: number): number {
  const { paper, texts, document, seller } = sheet;
  const below = paper.put(texts.terms.invoice, page.left, top, { bold: true }) + 6;
  const told = transferOf(sheet);
  if (told.length === 0) return below;
  let y = paper.put(texts.payTo, page.left, below, { colour: ink.soft }) + 2;
  for (const [label, value] of told) {
    paper.put(label, page.left, y, { colour: ink.soft });
    y = paper.put(value, page.left + 104, y, { width: valueWidth });
  }
  const code = epcCode(document, seller);
  if (code !== undefined) {
    putQrCode(paper, code, { x: page.right - qrSize, y: top, size: qrSize });
    paper.figure(texts.scanToPay, page.right - qrSize - 8, top + 2, { size: 7, colour: ink.soft, width: 90 });
  }
  return Math.max(y, code === undefined ? y : top + qrSize);
}

/** Where the money goes; nothing without an account. */
function transferOf(
  { texts, document, seller }: Sheet,
): readonly (readonly [label: string, value: string])[] {
  const { bank } = seller;
  if (bank === undefined) return [];
  const told = [
    [texts.accountName, bank.accountName ?? seller.name],
    ["IBAN", groupsOfFour(bank.iban)],
    ["BIC", bank.bic],
    [texts.paymentReference, document.number],
  ] as const;
  return told.flatMap(([label, value]) => value === undefined ? [] : [[label, oneLine(value)] as const]);
}

const groupsOfFour = (iban: string) => iban.replace(/\s/g, "").replace(/(.{4})(?=.)/g, "$1 ");
