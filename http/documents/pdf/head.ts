import { addressLines, buyerLines, oneLine } from "../parties.ts";
import { ink, page, type Paper } from "./paper.ts";
import type { Sheet } from "./sheet.ts";

const logoBox: [width: number, height: number] = [190, 52];
const addressTop = 132;
/** An address of up to a thousand letters stays whole on the first page. */
const addressHeight = 300, addressSizes = [10, 9, 8, 7];
const factSizes = [9, 8, 7.5, 7, 6.5] as const;
const factsLeft = 330;
const factsValueLeft = 430;

/** The first page above the lines: who sells, who buys, and what document it is. Returns the y below it. */
export function putHead(sheet: Sheet): number {
  const { paper, texts, document, seller, logo } = sheet;
  if (logo === undefined) {
    paper.put(oneLine(seller.name), page.left, page.top, { size: 15, bold: true, width: 260, lines: 2 });
  } else paper.pdf.image(Buffer.from(logo), page.left, page.top, { fit: logoBox });
  const width = page.right - factsLeft;
  paper.put(texts.titles[document.type], factsLeft, page.top - 2, {
    size: 20,
    bold: true,
    width,
    align: "right",
  });
  paper.put(document.number, factsLeft, page.top + 26, { size: 11, colour: ink.soft, width, align: "right" });
  const below = Math.max(putBuyer(sheet), putFacts(sheet));
  return putCorrection(sheet, below + 22);
}

function putBuyer({ paper, texts, numbers, seller, buyer }: Sheet): number {
  const home = seller.address.country, width = 250;
  const sender = [seller.name, ...addressLines(seller.address, numbers, home)].map(oneLine).join(" · ");
  paper.put(sender, page.left, addressTop - 14, { size: 7, colour: ink.soft, width, lines: 1 });
  const rows = buyerLines(buyer, texts, numbers, home).map((line, index) => ({ line, bold: index === 0 }));
  const size = paper.sizeWithin(
    addressHeight,
    addressSizes,
    (size) => rows.reduce((sum, { line, bold }) => sum + paper.height(line, { size, bold, width }), 0),
  );
  return rows.reduce((y, { line, bold }) => paper.put(line, page.left, y, { size, bold, width }), addressTop);
}

function putFacts({ paper, texts, numbers, document, buyer }: Sheet): number {
  const { order, suppliedOn, returnId } = document, { facts } = texts;
  const told: readonly (readonly [label: string, value: string | undefined])[] = [
    [facts.date, numbers.day(document.issuedOn)],
    [facts.supplied, suppliedOn && numbers.day(suppliedOn)],
    [facts.order, order?.number],
    [facts.ordered, order && numbers.day(order.placedOn)],
    [facts.customer, buyer?.id],
    [facts.returnId, returnId],
  ];
  return told.reduce(
    (y, [label, value]) => value === undefined || value === "" ? y : putFact(paper, label, oneLine(value), y),
    addressTop - 14,
  );
}

/** A number that is too long to stand beside its label stands below it: whole in one line as long as that can be read. */
function putFact(paper: Paper, label: string, value: string, y: number): number {
  const width = page.right - factsValueLeft, wholeWidth = page.right - factsLeft;
  const below = paper.put(label, factsLeft, y, { colour: ink.soft });
  if (value.split(" ").every((word) => paper.width(word) <= width)) {
    return paper.put(value, factsValueLeft, y, { width }) + 2;
  }
  const size = factSizes.find((size) => paper.width(value, { size }) <= wholeWidth) ?? factSizes[0];
  return paper.put(value, factsLeft, below, { size, width: wholeWidth }) + 2;
}

/** Which invoices a credit note corrects, and why (Directive 2006/112/EC, Article 219). */
function putCorrection({ paper, texts, numbers, document }: Sheet, y: number): number {
  if (document.type !== "credit_note") return y;
  const reason = texts.reasons[document.reason ?? "goodwill"], corrected = document.corrects ?? [];
  const invoices = corrected.map(({ number, issuedOn }) => `${number} (${numbers.day(issuedOn)})`).join(", ");
  const text = invoices === "" ? texts.creditWithoutInvoice(reason) : texts.corrects(invoices, reason);
  return paper.flow(text, page.left, y, { width: page.right - page.left }) + 14;
}
