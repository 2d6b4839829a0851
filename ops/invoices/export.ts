import { documentHash } from "../../actors/series/hash.ts";
import { undescribed } from "../../actors/series/seller.ts";
import { type Representation, representations } from "../../http/documents/media.ts";
import { renderDocument, whyNot } from "../../http/documents/render.ts";
import type { Buyer, DocumentView } from "../../http/documents/view.ts";
import { journal } from "../../http/invoices/journal.ts";
import type { InvoiceQueries } from "../../projections/invoices/invoice_queries.ts";
import { version } from "../version.ts";
import { Bundle } from "./bundle.ts";
import { RowsAudit } from "./rows_audit.ts";
import type { Verdict } from "./verify.ts";

/** A form that some document cannot be had in, and why. */
interface Missing {
  readonly number: string;
  readonly form: Representation;
  readonly why: string;
}

/** Factur-X is a PDF with the same content: an auditor is given the two apart. */
const forms = representations.filter((form) => form !== "facturx.pdf");

export interface Exporting {
  readonly folder: string;
  /** What the log proves of itself. */
  readonly verdict: Verdict;
  /** The numbers that the log issued in the period, each with its hash: what the rows are compared with. */
  readonly issued: ReadonlyMap<string, string>;
  /** For the head of an entity's PDFs. */
  readonly logoOf?: (entity: string) => Uint8Array | undefined;
}
export interface Period {
  readonly period: string;
  readonly from: string;
  readonly to: string;
}

/** Everything of a period that an auditor asks for, in one folder. It is proven when the log is, and the rows say what the log says. */
export async function exportPeriod(
  queries: InvoiceQueries,
  period: Period,
  { folder, verdict: log, issued, logoOf }: Exporting,
) {
  const files = await Bundle.open(folder), { from, to } = period, missing: Missing[] = [];
  const rows = new RowsAudit(issued);
  let documents = 0;
  for await (const page of queries.journal({ from, to })) {
    for (const { number } of page) {
      documents++;
      missing.push(...await exportDocument(queries, files, { number, logoOf, rows }));
    }
  }
  await files.stream("journal.csv", journal(rows.journal(queries.journal({ from, to }))));
  const compared = rows.report(), proven = log.ok && compared.found === 0;
  const verdict: Verdict = { ...log, ok: proven, checks: [...log.checks, compared] };
  const report = `${JSON.stringify(verdict, undefined, 2)}\n`,
    heads = `${JSON.stringify(verdict.heads, undefined, 2)}\n`;
  await files.file("verification.json", report, () => Promise.resolve(report));
  await files.file("chain-heads.json", heads, () => Promise.resolve(heads));
  const about = { waybill: version, ...period, documents, proven, missing };
  return { manifest: await files.finish(about), made: files.made };
}

async function exportDocument(
  queries: InvoiceQueries,
  files: Bundle,
  { number, logoOf, rows }: Pick<Exporting, "logoOf"> & { readonly number: string; readonly rows: RowsAudit },
): Promise<readonly Missing[]> {
  const found = await queries.find(number), missing: Missing[] = [];
  if (found === undefined) throw new Error(`Cannot export ${number}: it was listed, and is not there`);
  const { document, seller = undescribed(document.entity), buyer } = found;
  const hash = documentHash(document);
  rows.document(number, hash);
  const logo = logoOf?.(document.entity);
  const view: DocumentView = {
    document,
    seller,
    ...(buyer !== undefined && { buyer: buyer as Buyer }),
    ...(logo !== undefined && { logo }),
  };
  // What it was made of: once a person is erased, or Waybill renders otherwise, it is made again.
  const of = JSON.stringify([version, hash, buyer ?? null]);
  for (const form of forms) {
    const why = whyNot(view, form);
    if (why !== undefined) missing.push({ number, form, why });
    else await files.file(pathOf(number, form), of, async () => (await renderDocument(view, form)).body);
  }
  return missing;
}

/** Numbers begin as the configuration says, and that is no path. */
const pathOf = (number: string, form: Representation) =>
  `documents/${number.replace(/[^A-Za-z0-9_-]/g, "_")}.${form}`;
