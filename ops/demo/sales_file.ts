import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { Failure } from "../cli/failure.ts";
import { whyNot } from "../cli/paths.ts";
import { newCsvReader } from "../../http/csv.ts";
import { type Row, rowReader, type Sales, salesOf } from "./sales.ts";

/** A year of a large shop; rows are held in memory. */
const rowsMax = 5_000_000;

/** Reads a file of sales, `.csv` or `.csv.gz`. */
export async function readSales(path: string): Promise<Sales> {
  try {
    return await parseSales(path.endsWith(".gz") ? unpacked(path) : createReadStream(path));
  } catch (error) {
    throw new Failure(`Cannot read ${path}: ${reasonOf(error)}`, { cause: error });
  }
}

function unpacked(path: string): AsyncIterable<Uint8Array> {
  const gunzip = createGunzip();
  return createReadStream(path).on("error", (error) => gunzip.destroy(error)).pipe(gunzip); // A pipe passes on no errors.
}

/** The same from text that is in memory. */
export async function parseSalesText(text: string): Promise<Sales> {
  return await parseSales(Readable.from([new TextEncoder().encode(text)]));
}

async function parseSales(bytes: AsyncIterable<Uint8Array>): Promise<Sales> {
  const hash = createHash("sha256"), csv = newCsvReader();
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const rows: Row[] = [];
  let read: ReturnType<typeof rowReader> | undefined;
  const take = (records: readonly (readonly string[])[]) => {
    for (const record of records) {
      if (read === undefined) read = rowReader(record);
      else rows.push(read(record, rows.length + 2));
    }
    if (rows.length > rowsMax) throw new Error(`it has more than ${rowsMax} rows`);
  };
  for await (const chunk of bytes) {
    hash.update(chunk);
    take(csv.push(decoder.decode(chunk, { stream: true })));
  }
  take([...csv.push(decoder.decode()), ...csv.end()]);
  return salesOf(hash.digest("hex"), rows);
}

function reasonOf(error: unknown): string {
  return whyNot(error).replace(/^Cannot read (sales|CSV): /, "");
}
