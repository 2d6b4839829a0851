import { addressLines, oneLine, sellerMarks } from "../parties.ts";
import { ink, page } from "./paper.ts";
import type { Sheet } from "./sheet.ts";

const top = 774;
const style = { size: 7, colour: ink.soft } as const;
/** Down to the edge that printers leave white: smaller, before anything of a tax number is missing. */
const heightMax = 52, sizes = [7, 6, 5, 4];

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
  const wide = width - 90, gap = 1.34;
  const size = paper.sizeWithin(
    heightMax,
    sizes,
    (size) => rows.reduce((sum, row) => sum + paper.height(row, { size, width: wide }) + gap, 0),
  );
  paper.onEachPage((number, of) => {
    paper.rule(top - 8);
    rows.reduce((y, row) => paper.put(row, page.left, y, { ...style, size, width: wide }) + gap, top);
    const says = texts.page(numbers.quantity(number), numbers.quantity(of));
    paper.figure(says, page.right, top, { ...style, width: 86 });
    if (number > 1) paper.figure(document.number, page.right, top + 11, { ...style, width: 86 });
  });
}
