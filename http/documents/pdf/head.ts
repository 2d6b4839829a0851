import { addressLines, buyerLines, oneLine } from "../parties.ts";
import { ink, page } from "./paper.ts";
import type { Sheet } from "./sheet.ts";

const logoBox: [width: number, height: number] = [190, 52];
const addressTop = 132;
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
  const [first = "", ...others] = buyerLines(buyer, texts, numbers, home);
  const below = paper.put(first, page.left, addressTop, { size: 10, bold: true, width, lines: 2 });
  return others.reduce((y, line) => paper.put(line, page.left, y, { size: 10, width, lines: 2 }), below);
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
  const width = page.right - factsValueLeft;
  let y = addressTop - 14;
  for (const [label, value] of told) {
    if (value === undefined || value === "") continue;
    paper.put(label, factsLeft, y, { colour: ink.soft });
    y = paper.put(oneLine(value), factsValueLeft, y, { width, lines: 2 }) + 2;
  }
  return y;
}

/** Which invoices a credit note corrects, and why (Directive 2006/112/EC, Article 219). */
function putCorrection({ paper, texts, numbers, document }: Sheet, y: number): number {
  if (document.type !== "credit_note") return y;
  const reason = texts.reasons[document.reason ?? "goodwill"], corrected = document.corrects ?? [];
  const invoices = corrected.map(({ number, issuedOn }) => `${number} (${numbers.day(issuedOn)})`).join(", ");
  const text = invoices === "" ? texts.creditWithoutInvoice(reason) : texts.corrects(invoices, reason);
  return paper.put(text, page.left, y, { width: page.right - page.left }) + 14;
}
