/** A streaming reader of CSV as RFC 4180 says it: quoted fields may hold commas, line breaks and doubled quotes. */
export interface CsvReader {
  /** The records that this piece of text completed. */
  push(text: string): string[][];
  /** The last record when the text does not end with a line break. Throws when a quote was left open. */
  end(): string[][];
}

/** A longer field is a quote that was never closed. */
const fieldCharsMax = 100_000;

type Place = "field start" | "plain" | "quoted" | "quote in quoted";

interface State {
  place: Place;
  field: string;
  record: string[];
  recordNumber: number;
  /** A line feed right after a carriage return belongs to it. */
  afterReturn: boolean;
}

export function newCsvReader(): CsvReader {
  const state: State = { place: "field start", field: "", record: [], recordNumber: 1, afterReturn: false };
  let begun = false;
  return {
    push(text) {
      const records: string[][] = [];
      const from = !begun && text.startsWith("\ufeff") ? 1 : 0;
      if (text !== "") begun = true;
      for (let index = from; index < text.length; index++) take(state, text[index]!, records);
      return records;
    },
    end() {
      const records: string[][] = [];
      if (state.place === "quoted") throw csvError(state, "a quote is never closed");
      if (state.place !== "field start" || state.record.length > 0) endRecord(state, records);
      return records;
    },
  };
}

function take(state: State, char: string, records: string[][]): void {
  const afterReturn = state.afterReturn;
  state.afterReturn = false;
  switch (state.place) {
    case "quoted":
      if (char === '"') state.place = "quote in quoted";
      else extend(state, char);
      return;
    case "quote in quoted":
      if (char === '"') {
        state.place = "quoted";
        return extend(state, char);
      }
      if (char !== "," && char !== "\r" && char !== "\n") {
        throw csvError(state, "text follows a closing quote");
      }
      return separate(state, char, records);
    case "field start":
      if (char === "\n" && afterReturn) return;
      if (char === '"') state.place = "quoted";
      else takePlain(state, char, records);
      return;
    case "plain":
      if (char === '"') throw csvError(state, "a quote stands inside a field that is not quoted");
      return takePlain(state, char, records);
  }
}

function takePlain(state: State, char: string, records: string[][]): void {
  if (char === "," || char === "\r" || char === "\n") return separate(state, char, records);
  state.place = "plain";
  extend(state, char);
}

function extend(state: State, char: string): void {
  if (state.field.length >= fieldCharsMax) {
    throw csvError(state, `a field has more than ${fieldCharsMax} characters`);
  }
  state.field += char;
}

function separate(state: State, char: string, records: string[][]): void {
  if (char !== ",") {
    state.afterReturn = char === "\r";
    return endRecord(state, records);
  }
  state.record.push(state.field);
  state.field = "";
  state.place = "field start";
}

function endRecord(state: State, records: string[][]): void {
  const empty = state.record.length === 0 && state.field === "" && state.place === "field start";
  if (!empty) records.push([...state.record, state.field]); // An empty line is no record.
  Object.assign(state, { record: [], field: "", place: "field start" });
  state.recordNumber++;
}

/** What makes a text no CSV. Its message names the record. */
export class CsvError extends Error {
  override readonly name = "CsvError";
}

const csvError = ({ recordNumber }: State, reason: string) =>
  new CsvError(`Cannot read CSV: ${reason} (record ${recordNumber})`);

/** One record, as the reader takes it, with CRLF. */
export const csvLine = (fields: readonly string[]): string => `${fields.map(quoted).join(",")}\r\n`;

const quoted = (field: string): string => /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;

/** A spreadsheet would run what begins so as a formula: for fields that outsiders choose. */
export const guarded = (field: string): string => /^[=+\-@\t\r]/.test(field) ? `'${field}` : field;
