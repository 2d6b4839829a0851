import { XMLBuilder, XMLParser } from "fast-xml-parser";
import type { Chance } from "./mutations.ts";

/** Names of lists that hold what happened, in JSON; in XML, of the elements that are repeated. */
const eventLists =
  /^(events?|.*history|tracking_details|checkpoints?|activity|scanEvents|trackingEvents|milestone|statusInfo|ShipmentEvent|TrackDetail|package_events)$/i;
const options = {
  preserveOrder: true,
  ignoreAttributes: false,
  parseTagValue: false,
  trimValues: false,
} as const;

/** The body with its events in another order, some of them twice; undefined when it has no two events. */
export function shuffled(body: Uint8Array, chance: Chance): Uint8Array | undefined {
  const text = new TextDecoder().decode(body), isXml = /^\s*</.test(text);
  const found = { lists: 0 };
  const changed = isXml
    ? String(new XMLBuilder(options).build(ofXml(new XMLParser(options).parse(text), chance, found)))
    : JSON.stringify(ofJson(JSON.parse(text), chance, found));
  return found.lists === 0 ? undefined : new TextEncoder().encode(changed);
}

interface Found {
  lists: number;
}

function mixed<T>(list: readonly T[], chance: Chance, found: Found): T[] {
  if (list.length > 1) found.lists++;
  const twice = list.flatMap((one) => chance.below(3) === 0 ? [one, one] : [one]);
  for (let i = twice.length - 1; i > 0; i--) {
    const j = chance.below(i + 1);
    [twice[i], twice[j]] = [twice[j]!, twice[i]!];
  }
  return twice;
}

function ofJson(node: unknown, chance: Chance, found: Found, key = ""): unknown {
  if (Array.isArray(node)) {
    const inner = node.map((one) => ofJson(one, chance, found));
    return eventLists.test(key) ? mixed(inner, chance, found) : inner;
  }
  if (typeof node !== "object" || node === null) return node;
  return Object.fromEntries(
    Object.entries(node).map(([name, value]) => [name, ofJson(value, chance, found, name)]),
  );
}

type XmlNode = Record<string, unknown>;

const nameOf = (node: XmlNode) => Object.keys(node).find((key) => key !== ":@") ?? "";
const localNameOf = (node: XmlNode) => nameOf(node).replace(/^.*:/, "");

function ofXml(nodes: readonly XmlNode[], chance: Chance, found: Found): XmlNode[] {
  const inner = nodes.map((node) => {
    const name = nameOf(node), children = node[name];
    return Array.isArray(children) ? { ...node, [name]: ofXml(children, chance, found) } : node;
  });
  const events = inner.filter((node) => eventLists.test(localNameOf(node)));
  if (events.length < 2) return inner;
  const first = inner.findIndex((node) => eventLists.test(localNameOf(node)));
  return [
    ...inner.slice(0, first),
    ...mixed(events, chance, found),
    ...inner.slice(first).filter((node) => !eventLists.test(localNameOf(node))),
  ];
}
