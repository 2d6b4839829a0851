import type { DocumentView } from "../view.ts";
import { putFeet } from "./foot.ts";
import { putHead } from "./head.ts";
import { putLines } from "./lines.ts";
import { putPayment } from "./payment.ts";
import { sheetFor } from "./sheet.ts";
import { putTotals } from "./totals.ts";

/** The document on A4 pages. The same view gives the same bytes within one release of the runtime; fonts lie in the file (PDF/A-3b). */
export function renderPdf(view: DocumentView): Promise<Uint8Array> {
  const sheet = sheetFor(view);
  putPayment(sheet, putTotals(sheet, putLines(sheet, putHead(sheet))));
  putFeet(sheet);
  return sheet.paper.finish();
}
