import { isSafeNumber, parse } from "lossless-json";
import { Unreadable } from "../adapter.ts";

/** What carriers send: nothing about it is certain. */
export type Raw = unknown;

const utf8 = new TextDecoder();
/** A number of at most fifteen characters without an exponent is the same as a double. Other than in a text it comes after one of these. */
const mayLoseDigits = /(?:^|[:,[])\s*-?(?:\d[\d.]{15}|\d+\.?\d*e)/i;

/** A body of JSON. Numbers that a double cannot hold stay text: ids above 2^53 are real. Of a key that stands twice the last one counts. */
export function readJson(body: Uint8Array): Raw {
  const text = utf8.decode(body);
  return mayLoseDigits.test(text) ? readExactly(text) : readFast(text);
}

/** The engine's own parser takes a fifth of the time. */
function readFast(text: string): Raw {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unreadable(error);
  }
}

function readExactly(text: string): Raw {
  try {
    return parse(text, null, {
      parseNumber: (number) => isSafeNumber(number) ? Number(number) : number,
      onDuplicateKey: ({ newValue }) => newValue,
    });
  } catch (error) {
    throw unreadable(error); // Nested too deeply is a RangeError.
  }
}

const unreadable = (error: unknown) =>
  new Unreadable(`not JSON: ${error instanceof Error ? error.message : String(error)}`);

/** What lies at the end of the path; undefined when there is none. */
export function at(raw: Raw, ...path: readonly (string | number)[]): Raw {
  let found = raw;
  for (const step of path) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, step)) return undefined;
    found = (found as Readonly<Record<string | number, Raw>>)[step];
  }
  return found;
}

/** Text as it was sent; a number is text, too. Undefined for what is empty or blank. */
export function text(raw: Raw): string | undefined {
  const said = typeof raw === "number" || typeof raw === "bigint" ? String(raw) : raw;
  if (typeof said !== "string") return undefined;
  const trimmed = said.trim();
  return trimmed === "" ? undefined : trimmed;
}

/** The first of these that says something. */
export function firstText(...raws: readonly Raw[]): string | undefined {
  for (const raw of raws) {
    const found = text(raw);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A list; one thing alone is a list of one, nothing is an empty one. */
export function list(raw: Raw): readonly Raw[] {
  if (raw === undefined || raw === null || raw === "") return [];
  return Array.isArray(raw) ? raw : [raw];
}

/** A place as people write it. */
export function place(...parts: readonly Raw[]): string | undefined {
  const said = parts.map(text).filter((part) => part !== undefined);
  const written = said.filter((part, i) => part !== said[i - 1]).join(", ");
  return written === "" ? undefined : written;
}
