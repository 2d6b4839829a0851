import { einvoiceXml } from "../einvoice/xml.ts";
import type { DocumentView } from "../view.ts";
import { attachFacturX } from "./facturx.ts";
import { putFeet } from "./foot.ts";
import { putHead } from "./head.ts";
import { putLines } from "./lines.ts";
import type { Paper } from "./paper.ts";
import { putPayment } from "./payment.ts";
import { sheetFor } from "./sheet.ts";
import { putTotals } from "./totals.ts";

/** The document on A4 pages. The same view gives the same bytes within one release of the runtime; fonts lie in the file (PDF/A-3b). */
export async function renderPdf(view: DocumentView): Promise<Uint8Array> {
  return await (await written(view)).finish();
}

/** The same pages with the e-invoice inside. */
export async function renderFacturX(view: DocumentView): Promise<Uint8Array> {
  const xml = await einvoiceXml(view, "CII"), paper = await written(view);
  attachFacturX(paper, xml, new Date(view.document.issuedAt));
  return await paper.finish();
}

async function written(view: DocumentView): Promise<Paper> {
  const sheet = sheetFor(view);
  const lines = await putLines(sheet, putHead(sheet));
  putPayment(sheet, putTotals(sheet, lines));
  putFeet(sheet);
  return sheet.paper;
}
