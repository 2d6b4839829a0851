import { addressLines, oneLine, sellerMarks } from "../parties.ts";
import { ink, page } from "./paper.ts";
import type { Sheet } from "./sheet.ts";

const top = 774;
const style = { size: 7, colour: ink.soft, lines: 1 } as const;

/** Who sells, and which page it is: at the foot of each of them. */
export function putFeet(sheet: Sheet): void {
  const { paper, texts, numbers, document, seller } = sheet;
  const width = page.right - page.left;
  const reached = [
    seller.email && `${texts.seller.email} ${seller.email}`,
    seller.phone && `${texts.seller.phone} ${seller.phone}`,
  ].filter((one) => one !== undefined && one !== "");
  const rows = [
    [seller.name, ...addressLines(seller.address, numbers)],
    sellerMarks(seller, texts),
    reached,
  ].filter((parts) => parts.length > 0).map((parts) => parts.map(oneLine).join(" · "));
  paper.onEachPage((number, of) => {
    paper.rule(top - 8);
    rows.forEach((row, index) =>
      paper.put(row, page.left, top + index * 11, { ...style, width: width - 90 })
    );
    const says = texts.page(numbers.quantity(number), numbers.quantity(of));
    paper.figure(says, page.right, top, { ...style, width: 86 });
    if (number > 1) paper.figure(document.number, page.right, top + 11, { ...style, width: 86 });
  });
}
