import type { StatementLine } from "../../actors/payout/statement.ts";
import { decimalOf, minorOf } from "../../actors/payout/statement.ts";
import { checkContentType, type Parsed, parseJson, readBytes } from "../body.ts";
import { CsvError, newCsvReader } from "../csv.ts";
import type { Edge, EdgeContext } from "../edge.ts";
import type { FieldError, Refusal } from "../problems.ts";
import { validate } from "../schemas/issues.ts";
import { amountErrors, statementBody, statementLinesMax } from "../schemas/payout.ts";
import { someLines } from "../../actors/some_lines.ts";

/** A statement whose amounts have all the places of its currency. */
export interface StatementRead {
  readonly source: string;
  readonly reference: string;
  readonly currency: string;
  readonly lines: readonly StatementLine[];
}

/** A statement as JSON, or its lines as CSV with the rest in the query: both are the same statement. */
export async function readStatement(c: EdgeContext, edge: Edge): Promise<Parsed<StatementRead>> {
  const type = c.req.header("content-type");
  const refused = checkContentType(type, ["application/json", "text/csv"]);
  if (refused !== undefined) return { ok: false, refusal: refused };
  const bytes = await readBytes(c, edge.limits.bodyBytesMax);
  if (!bytes.ok) return bytes;
  const isCsv = type?.trim().toLowerCase().startsWith("text/csv") ?? false;
  const body = isCsv ? parseCsv(bytes.value) : parseJson(bytes.value);
  if (!body.ok) return body;
  const { source, reference, currency } = c.req.query();
  const value = isCsv ? { source, reference, currency, lines: body.value } : body.value;
  const read = statementOf(value);
  return read.ok || !isCsv ? read : { ok: false, refusal: pointingAtQuery(read.refusal) };
}

function statementOf(value: unknown): Parsed<StatementRead> {
  const body = validate(statementBody, value, { caps: { lines: statementLinesMax }, cross: amountErrors });
  if (!body.ok) return body;
  const { source, reference, currency, lines } = body.value;
  const twice = repeated(lines);
  if (twice.length > 0) return { ok: false, refusal: duplicate(twice) };
  const normal = lines.map(({ type, amount, orderNumber, channel, reference }) => ({
    type,
    amount: decimalOf(minorOf(amount, currency), currency),
    reference,
    ...(orderNumber !== undefined && { orderNumber }),
    ...(channel !== undefined && { channel }),
  }));
  return { ok: true, value: { source, reference, currency, lines: normal } };
}

/** Each line whose type and reference an earlier line has. */
function repeated(lines: readonly Pick<StatementLine, "type" | "reference">[]): readonly FieldError[] {
  const seen = new Map<string, number>();
  return lines.flatMap(({ type, reference }, index) => {
    const key = `${type} ${reference}`, first = seen.get(key);
    if (first === undefined) {
      seen.set(key, index);
      return [];
    }
    const detail = `${type} ${reference} stands in the statement already, as line ${first + 1}`;
    return [{ pointer: `/lines/${index}/reference`, detail }];
  });
}

const duplicate = (errors: readonly FieldError[]): Refusal => ({
  problem: "duplicate-statement-line",
  detail: `Cannot take this statement: ${someLines(errors.length, "stands", "stand")} in it twice`,
  errors,
});

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Lines by the names in the first row; an empty field is absent, and a column of another name is ignored. */
function parseCsv(bytes: Uint8Array | ArrayBuffer): Parsed<readonly Record<string, string>[]> {
  let records: string[][];
  try {
    const reader = newCsvReader();
    records = [...reader.push(utf8.decode(bytes)), ...reader.end()];
  } catch (error) {
    if (error instanceof CsvError) return malformed(error.message);
    if (error instanceof TypeError) return malformed("Cannot read body: it is not UTF-8"); // The decoder's only error.
    throw error;
  }
  const [names = [], ...rows] = records;
  const missing = ["type", "amount", "reference"].filter((name) => !names.includes(name));
  if (missing.length > 0) {
    return malformed(
      `Cannot read CSV: its first row must name the columns; ${missing.join(", ")} is missing`,
    );
  }
  const uneven = rows.findIndex((row) => row.length !== names.length);
  if (uneven >= 0) {
    const { length } = rows[uneven]!;
    return malformed(`Cannot read CSV: record ${uneven + 2} has ${length} fields, not ${names.length}`);
  }
  const lines = rows.map((row) =>
    Object.fromEntries(names.flatMap((name, at) => row[at] === "" ? [] : [[name, row[at]!]]))
  );
  return { ok: true, value: lines };
}

const malformed = (detail: string): Parsed<never> => ({
  ok: false,
  refusal: { problem: "malformed-csv", detail },
});

/** What is not in the rows came in the query. */
function pointingAtQuery(refusal: Refusal): Refusal {
  const errors = refusal.errors?.map((error) =>
    error.pointer.startsWith("/lines") ? error : { ...error, pointer: `/query${error.pointer}` }
  );
  return { ...refusal, ...(errors !== undefined && { errors }) };
}
