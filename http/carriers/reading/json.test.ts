import fc from "fast-check";
import { isSafeNumber, parse } from "lossless-json";
import { describe, expect, test } from "vitest";
import { Unreadable } from "../adapter.ts";
import { readJson } from "./json.ts";

const read = (text: string) => readJson(new TextEncoder().encode(text));
/** Every number by the rule that a double must hold all its digits. */
const exact = (text: string) =>
  parse(text, null, {
    parseNumber: (number) => isSafeNumber(number) ? Number(number) : number,
    onDuplicateKey: ({ newValue }) => newValue,
  });

describe("a carrier's JSON", () => {
  test.each<[string, unknown]>([
    ["9007199254740991", 9007199254740991],
    ["9007199254740993", "9007199254740993"],
    [`{"id": 420123456789012345678}`, { id: "420123456789012345678" }],
    ["[1,\n -123456789012345678]", [1, "-123456789012345678"]],
    ["0.1234567890123456789", "0.1234567890123456789"],
    ["1e400", "1e400"],
    [`{"a":1e-400}`, { a: "1e-400" }],
    ["12.50", 12.5],
    [`{"a":1,"a":2}`, { a: 2 }],
    [`{"id":"12345678901234567890"}`, { id: "12345678901234567890" }],
  ])("%s loses no digit", (text, value) => {
    expect(read(text)).toEqual(value);
  });

  test("is read as it would be number by number", () => {
    const digits = fc.stringMatching(/^-?(?:0|[1-9]\d{0,20})(?:\.\d{1,20})?(?:[eE][+-]?\d{1,3})?$/);
    const space = fc.stringMatching(/^[ \n\t]{0,3}$/);
    const wrapped = fc.constantFrom("#", "[#]", "[0,#]", '{"a":#}', '{"a":[{"b" :#}]}', '{"a":"#"}', '"x,#"');
    fc.assert(
      fc.property(digits, space, wrapped, (number, blank, around) => {
        const text = around.replace("#", `${blank}${number}`);
        if (/"[^"]*[\n\t]/.test(text)) return; // No JSON: these stand within a text.
        expect(read(text)).toEqual(exact(text));
      }),
      { numRuns: 2_000 },
    );
    fc.assert(fc.property(fc.json(), (text) => {
      expect(read(text)).toEqual(exact(text));
    }));
  });

  test.each(["", "{", "[1,]", "01", '"\t"', "[".repeat(20_000), `[9007199254740993${"[".repeat(20_000)}`])(
    "that is none is unreadable: %.20s",
    (text) => {
      expect(() => read(text)).toThrow(Unreadable);
    },
  );
});
