import { whyNoEinvoice } from "./einvoice/why_not.ts";
import { einvoiceXml } from "./einvoice/xml.ts";
import { invoiceJson } from "./json.ts";
import { contentTypes, type Representation } from "./media.ts";
import { renderFacturX, renderPdf } from "./pdf/pdf.ts";
import type { DocumentView } from "./view.ts";

export interface Rendered {
  readonly body: Uint8Array | string;
  readonly contentType: string;
  /** `INV-2026-000123.pdf` */
  readonly fileName: string;
}

/**
 * Renders what was issued; nothing is computed anew, so the numbers are those of the document for ever. Ask `whyNot` first: what it
 * refuses throws here.
 */
export async function renderDocument(view: DocumentView, representation: Representation): Promise<Rendered> {
  const refusal = whyNot(view, representation);
  if (refusal !== undefined) throw new Error(refusal);
  return {
    body: await bodies[representation](view),
    contentType: contentTypes[representation],
    fileName: `${view.document.number}.${representation}`,
  };
}

/** Why the document cannot be had so, in a sentence for the caller (406); undefined when it can. JSON and PDF always can. */
export function whyNot(view: DocumentView, representation: Representation): string | undefined {
  if (representation === "json" || representation === "pdf") return undefined;
  const because = whyNoEinvoice(view);
  return because && `Cannot render ${view.document.number} as an e-invoice: ${because}`;
}

const bodies: Record<Representation, (view: DocumentView) => Promise<Uint8Array | string> | string> = {
  "json": (view) => JSON.stringify(invoiceJson(view)),
  "pdf": renderPdf,
  "ubl.xml": (view) => einvoiceXml(view, "UBL"),
  "facturx.pdf": renderFacturX,
};
