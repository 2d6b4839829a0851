import type { Command } from "commander";
import Table from "cli-table3";
import { Buffer } from "node:buffer";
import process from "node:process";
import { fingerprinter } from "../../http/fingerprint.ts";
import { invoiceQueries } from "../../projections/invoices/invoice_queries.ts";
import { exportPeriod } from "../invoices/export.ts";
import { IssuedIn } from "../invoices/rows_audit.ts";
import { type Verdict, verifyInvoices } from "../invoices/verify.ts";
import { logosOf } from "../logos.ts";
import { Failure } from "./failure.ts";
import { ownConfig } from "./find_system.ts";
import { makeFolder } from "./paths.ts";
import { periodOf } from "./period.ts";
import { checksText } from "./verify.ts";
import { withBroker } from "./with_broker.ts";
import { withRows } from "./with_rows.ts";
import { counted } from "./counted.ts";

interface Json {
  readonly json?: boolean;
}
interface ExportFlags extends Json {
  readonly period: string;
  readonly to: string;
}
interface ListFlags extends Json {
  readonly series?: string;
  readonly from?: string;
  readonly to?: string;
}
const listedMax = 1_000;

/** `waybill invoices verify|export|list|show`. */
export function registerInvoices(program: Command, print: (text: string) => void = console.log): void {
  const invoices = program.command("invoices").description(
    "invoices and credit notes: prove, export and show them",
  );
  invoices.command("verify")
    .description(
      "prove from the log: no gap, no twin, chains intact, every total adds up, every shipment invoiced once; with WAYBILL_SECRET, buyers are who was marked",
    )
    .option("--json", "print one JSON object")
    .action(async ({ json }: Json) => {
      const verdict = await withBroker(
        "waybill invoices verify",
        (broker) => verifyInvoices(broker, marking()),
      );
      print(json ? JSON.stringify(verdict) : verdictText(verdict));
      if (!verdict.ok) process.exitCode = 1;
    });
  invoices.command("export")
    .description(
      "make the bundle that an auditor asks for: documents, journal, chain heads, report of the proof",
    )
    .requiredOption("--period <period>", "by day of issue: a month 2026-11, a quarter 2026-Q4 or a year 2026")
    .requiredOption("--to <folder>", "where it goes; what is there already and right is not made again")
    .option("--json", "print the manifest as one JSON object")
    .action((flags: ExportFlags) => exportInvoices(flags, print));
  invoices.command("list")
    .description(`list documents by day of issue, ${listedMax} at most`)
    .option("--series <series>", "what the numbers begin with: INV-2026")
    .option("--from <day>", "issued on this day or later")
    .option("--to <day>", "issued on this day or earlier")
    .option("--json", "print a JSON array")
    .action((flags: ListFlags) => list(flags, print));
  invoices.command("show")
    .description("print a document as it was frozen, as JSON")
    .argument("<number>", "INV-2026-000001")
    .action((number: string) => show(number, print));
}

async function exportInvoices(
  { period, to, json }: ExportFlags,
  print: (text: string) => void,
): Promise<void> {
  const days = periodOf(period), logoOf = logosOf(ownConfig().sellers);
  makeFolder("export", to);
  const issued = new IssuedIn(days);
  const verdict = await withBroker(
    "waybill invoices export",
    (broker) => verifyInvoices(broker, { seen: issued.take, ...marking() }),
  );
  const { manifest, made } = await withInvoices((queries) =>
    exportPeriod(queries, { period, ...days }, { folder: to, verdict, issued: issued.hashes, logoOf })
  );
  if (!manifest.proven) process.exitCode = 1;
  if (json) return print(JSON.stringify(manifest));
  const { documents, files, missing } = manifest;
  print(
    `${counted(documents, "document")} of ${days.from} to ${days.to}: ${
      counted(files.length, "file")
    } in ${to}, ${made} of them new`,
  );
  if (missing.length > 0) {
    print(`${counted(missing.length, "form")} could not be made; manifest.json says why`);
  }
  print(
    manifest.proven ? "All is proven: verification.json" : "NOT PROVEN: verification.json says what is wrong",
  );
}

/** By which buyers were marked, where this process knows the secret. */
function marking() {
  const { secret } = ownConfig();
  return secret === undefined ? {} : { fingerprint: fingerprinter(Buffer.from(secret)) };
}

function verdictText({ ok, invoices, creditNotes, records, waiting, checks, heads }: Verdict): string {
  const looked = `${counted(invoices, "invoice")} and ${
    counted(creditNotes, "credit note")
  } in ${heads.length} series (${counted(records, "record")})`;
  const ends = heads.map(({ number, issuedOn, hash }) => `  ${number} of ${issuedOn}  ${hash}`);
  return [
    ...checksText(checks),
    ...(waiting > 0 ? [`on their way as the log ended: ${waiting}`] : []),
    ...(ends.length > 0 ? ["Chains end with:", ...ends] : []),
    ok ? `All is proven: ${looked}` : `NOT PROVEN: ${looked}`,
  ].join("\n");
}

async function list({ json, ...filter }: ListFlags, print: (text: string) => void): Promise<void> {
  for (const day of [filter.from, filter.to]) {
    if (day !== undefined && !isDay(day)) {
      throw new Failure(`Cannot list: ${day} is not a day, such as 2026-11-30`);
    }
  }
  const { items } = await withInvoices((queries) => queries.list({ ...filter, limit: listedMax }));
  if (json) return print(JSON.stringify(items));
  if (items.length === 0) return print("Nothing was issued.");
  const table = new Table({
    head: ["number", "issued", "order", "total", ""],
    style: { head: [], border: [] },
    colAligns: ["left", "left", "left", "right", "left"],
  });
  for (const { number, issuedOn, order, type, total, currency } of items) {
    table.push([number, issuedOn, order?.number ?? "", type === "invoice" ? total : `-${total}`, currency]);
  }
  print(table.toString());
}

const isDay = (text: string) => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));

async function show(number: string, print: (text: string) => void): Promise<void> {
  const found = await withInvoices((queries) => queries.find(number));
  if (found === undefined) {
    throw new Failure(`Cannot show ${number}: nothing was ever issued under this number`);
  }
  print(JSON.stringify(found, undefined, 2));
}

/** Asks the rows of the system that is found. */
const withInvoices = <T>(work: (queries: ReturnType<typeof invoiceQueries>) => Promise<T>) =>
  withRows("look at invoices", (sql) => work(invoiceQueries(sql)));
