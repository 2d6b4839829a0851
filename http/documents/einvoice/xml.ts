import { FormatFactoryService, type Invoice, invoiceSchema } from "@e-invoice-eu/core";
import { Ajv2019, type ValidateFunction } from "ajv/dist/2019.js";
import type { DocumentView } from "../view.ts";
import { einvoice } from "./invoice.ts";

/** `UBL`: Invoice or CreditNote of UBL 2.1. `CII`: Cross Industry Invoice D16B, as it lies in Factur-X. */
export async function einvoiceXml(view: DocumentView, syntax: "UBL" | "CII"): Promise<string> {
  const data: unknown = einvoice(view, syntax === "UBL" ? "peppol" : "en16931");
  const valid = validator();
  if (!valid(data)) {
    throw new Error(
      `Cannot write ${view.document.number} as ${syntax}: ${JSON.stringify(valid.errors?.slice(0, 5))}`,
    );
  }
  const format = new FormatFactoryService().createFormatService(syntax, console);
  const xml = await format.generate(data, { format: syntax, lang: "en" });
  if (typeof xml !== "string") throw new Error(`Cannot write ${view.document.number} as ${syntax}: not XML`);
  return xml;
}

let compiled: ValidateFunction<Invoice> | undefined;

/** The library compiles its schema anew for each document, a fifth of a second each time: so its parts are used, not its `InvoiceService`. */
function validator(): ValidateFunction<Invoice> {
  compiled ??= new Ajv2019({ strict: true }).compile<Invoice>(invoiceSchema);
  return compiled;
}
