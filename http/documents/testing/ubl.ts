import { XMLParser } from "fast-xml-parser";
import { parseDecimal } from "../../../actors/money/decimal.ts";

/** An element as the parser gives it: children in arrays, attributes with `@`, text as `#text`. */
export interface Element {
  readonly [name: string]: readonly Element[] | string | undefined;
}

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  removeNSPrefix: true,
  parseTagValue: false,
  parseAttributeValue: false,
  alwaysCreateTextNode: true,
  isArray: (_name, _path, _leaf, isAttribute) => !isAttribute,
});

/** The root of an e-invoice. */
export function parseUbl(xml: string): Element {
  const [declaration, root] = Object.values(parser.parse(xml) as Record<string, readonly Element[]>);
  const element = (root ?? declaration)?.[0];
  if (element === undefined) throw new Error("Cannot read e-invoice: it has no root");
  return element;
}

/** The elements at a path of names. */
export function at(element: Element, ...path: readonly string[]): readonly Element[] {
  return path.reduce<readonly Element[]>((found, name) =>
    found.flatMap((one) => {
      const child = one[name];
      return Array.isArray(child) ? child as readonly Element[] : [];
    }), [element]);
}

export function textAt(element: Element, ...path: readonly string[]): string | undefined {
  const text = at(element, ...path)[0]?.["#text"];
  return typeof text === "string" ? text : undefined;
}

/** Millionths; 0 where the amount is absent, as the norm's sums count it. */
export function amountAt(element: Element, ...path: readonly string[]): bigint {
  return parseDecimal(textAt(element, ...path) ?? "0");
}
