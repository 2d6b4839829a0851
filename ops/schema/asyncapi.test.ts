import { describe, expect, test } from "vitest";
import { streamNames } from "../../streams/record.ts";
import { asyncApi } from "./asyncapi.ts";
import { commandSchemas } from "./commands.ts";
import { eventSchemas } from "./events.ts";

const document = asyncApi("1.2.3");
const plain = JSON.parse(JSON.stringify(document)) as Record<string, unknown>;

function refsOf(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(refsOf);
  if (typeof node !== "object" || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) => key === "$ref" ? [String(value)] : refsOf(value));
}
/** Follows a JSON pointer the way a parser of the document does. */
function resolve(ref: string): unknown {
  const steps = ref.replace(/^#\//, "").split("/").map((step) =>
    step.replaceAll("~1", "/").replaceAll("~0", "~")
  );
  return steps.reduce<unknown>((node, step) => (node as Record<string, unknown> | undefined)?.[step], plain);
}

describe("the AsyncAPI document", () => {
  test("is AsyncAPI 3.0 with title and version", () => {
    expect(document).toMatchObject({ asyncapi: "3.0.0", info: { title: "Waybill", version: "1.2.3" } });
  });

  test("every reference leads somewhere", () => {
    const refs = refsOf(plain);
    expect(refs.length).toBeGreaterThan(50);
    expect(refs.filter((ref) => !ref.startsWith("#/") || resolve(ref) === undefined)).toEqual([]);
  });

  test("has a channel for each stream that others may follow, with parameters declared", () => {
    for (
      const name of [
        streamNames.commands,
        streamNames.events,
        streamNames.personal,
        streamNames.callbacks,
        streamNames.registry,
        "replies",
      ]
    ) {
      const channel = document.channels[name] as { address: string; parameters?: object; messages: object };
      const placeholders = [...channel.address.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      expect(Object.keys(channel.parameters ?? {}), name).toEqual(placeholders);
      expect(Object.keys(channel.messages), name).toHaveLength(1);
    }
  });

  test("every operation names an action, a channel, and messages of that channel", () => {
    const operations = Object.values(document.operations) as {
      action: string;
      channel: { $ref: string };
      messages: { $ref: string }[];
    }[];
    expect(operations.length).toBeGreaterThan(6);
    for (const { action, channel, messages } of operations) {
      expect(["send", "receive"]).toContain(action);
      for (const { $ref } of messages) expect($ref.startsWith(`${channel.$ref}/messages/`)).toBe(true);
    }
  });

  test("names of components are those that AsyncAPI allows", () => {
    const { schemas, messages } = document.components;
    for (const name of [...Object.keys(schemas), ...Object.keys(messages)]) {
      expect(name).toMatch(/^[\w.\-]+$/);
    }
  });

  test("documents every command and every event in every version", () => {
    const names = Object.keys(document.components.schemas);
    for (const name of Object.keys(commandSchemas)) expect(names).toContain(name);
    for (const name of Object.keys(eventSchemas)) expect(names).toContain(name.replace("@", ".v"));
    const entry = document.components.schemas.Entry as { oneOf: unknown[] };
    expect(entry.oneOf).toHaveLength(Object.keys(eventSchemas).length);
  });

  test("is the same each time it is made", () => {
    expect(JSON.stringify(asyncApi("1.2.3"))).toBe(JSON.stringify(plain));
  });
});
