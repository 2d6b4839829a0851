import { invoiceJson } from "./json.ts";
import { contentTypes, type Representation } from "./media.ts";
import { renderPdf } from "./pdf/pdf.ts";
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

/** Why the document cannot be had so, in a sentence for the caller; undefined when it can. */
export function whyNot(view: DocumentView, representation: Representation): string | undefined {
  if (representation === "json" || representation === "pdf") return undefined;
  return `Cannot render ${view.document.number} as ${representation}: it is not there yet`;
}

const bodies: Record<Representation, (view: DocumentView) => Promise<Uint8Array | string> | string> = {
  "json": (view) => JSON.stringify(invoiceJson(view)),
  "pdf": renderPdf,
  "ubl.xml": () => "",
  "facturx.pdf": () => "",
};
