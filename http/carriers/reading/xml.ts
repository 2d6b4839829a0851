import { XMLParser, XMLValidator } from "fast-xml-parser";
import { Unreadable } from "../adapter.ts";
import type { Raw } from "./json.ts";

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  removeNSPrefix: true,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: true,
});

/**
 * A body of XML, as if it were JSON: elements by their local names, a repeated one as a list, attributes as `@name`, the text of an
 * element that has attributes as `#text`. All values are text: codes keep their leading zeros. Document types are refused.
 */
export function readXml(body: Uint8Array): Raw {
  const source = decoded(body);
  // What entities stand for may be anywhere, or without end; no carrier needs them.
  if (/<!DOCTYPE/i.test(source)) throw new Unreadable("not XML that we take: it has a document type");
  try {
    const valid = XMLValidator.validate(source);
    if (valid !== true) throw new Unreadable(`not XML: ${valid.err.msg} (line ${valid.err.line})`);
    return parser.parse(source) as Raw;
  } catch (error) {
    if (error instanceof Unreadable) throw error;
    throw new Unreadable(`not XML: ${error instanceof Error ? error.message : String(error)}`);
  }
}

export const looksLikeXml = (body: Uint8Array): boolean => /^\s*</.test(decoded(body.subarray(0, 200)));

function decoded(body: Uint8Array): string {
  const text = new TextDecoder().decode(body);
  const declared = /^\s*<\?xml[^>]*encoding=["']([\w-]+)["']/i.exec(text)?.[1]?.toLowerCase();
  const single = declared === "iso-8859-1" || declared === "latin1" || declared === "windows-1252";
  return single ? new TextDecoder("windows-1252").decode(body) : text;
}
