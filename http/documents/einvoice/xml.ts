import { createRequire } from "node:module";
import process from "node:process";
import { fileURLToPath } from "node:url";
import type { Invoice } from "@e-invoice-eu/core";
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
  const format = new (library().FormatFactoryService)().createFormatService(syntax, console);
  const xml = await format.generate(data, { format: syntax, lang: "en" });
  if (typeof xml !== "string") throw new Error(`Cannot write ${view.document.number} as ${syntax}: not XML`);
  return xml;
}

let compiled: ValidateFunction<Invoice> | undefined;

/** The library compiles its schema anew for each document, a fifth of a second each time: so its parts are used, not its `InvoiceService`. */
function validator(): ValidateFunction<Invoice> {
  compiled ??= new Ajv2019({ strict: true }).compile<Invoice>(library().invoiceSchema);
  return compiled;
}

type Library = typeof import("@e-invoice-eu/core");
let loaded: Library | undefined;

/**
 * Loaded when the first document is wanted. As it is loaded, a library of it asks where temporary files go, which nothing here ever
 * writes; a process that may read its own files alone would end of that. So for that moment the answer is this folder.
 */
function library(): Library {
  return loaded ??= withTemporaryFolder(
    fileURLToPath(new URL(".", import.meta.url)),
    () => createRequire(import.meta.url)("@e-invoice-eu/core") as Library,
  );
}

function withTemporaryFolder<T>(folder: string, work: () => T): T {
  const before = process.env.TMPDIR;
  process.env.TMPDIR = folder;
  try {
    return work();
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
}
