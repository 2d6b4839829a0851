import fc from "fast-check";
import { expect, test } from "vitest";
import { assignment, assignmentWithout } from "./assignment.ts";

const members = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 9 });
const partitions = fc.integer({ min: 1, max: 40 }).map((count) => Array.from({ length: count }, (_, i) => i));

test("every partition has an owner, and no two members differ by more than one", () => {
  fc.assert(
    fc.property(partitions, members, (numbers, names) => {
      const owners = assignment(numbers, names);
      expect([...owners.keys()].sort((a, b) => a - b)).toEqual(numbers);
      const loads = names.map((name) => [...owners.values()].filter((owner) => owner === name).length);
      expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(1);
    }),
  );
});

test("everyone comes to the same answer, however the members are listed", () => {
  fc.assert(
    fc.property(partitions, members, (numbers, names) => {
      expect(assignment(numbers, [...names].reverse())).toEqual(assignment(numbers, names));
    }),
  );
});

test("what its owner declines is another's who does not, and nothing else moves", () => {
  fc.assert(
    fc.property(partitions, members, fc.array(fc.nat(39)), (numbers, names, refused) => {
      const before = assignment(numbers, names), picky = names[0]!;
      const declines = (name: string, partition: number) => name === picky && refused.includes(partition);
      const owners = assignmentWithout(numbers, names, declines);
      for (const partition of numbers) {
        const was = before.get(partition)!, is = owners.get(partition);
        if (!declines(was, partition)) expect(is).toBe(was);
        else if (names.length === 1) expect(is).toBeUndefined();
        else expect(names.slice(1)).toContain(is);
      }
    }),
  );
});

test("nobody owns anything where nobody is", () => {
  expect(assignment([0, 1], [])).toEqual(new Map());
});

test("when a member goes, most of what the others have stays theirs", () => {
  const numbers = Array.from({ length: 60 }, (_, i) => i), names = ["a", "b", "c", "d"];
  const before = assignment(numbers, names), after = assignment(numbers, names.slice(1));
  const moved = numbers.filter((n) => before.get(n) !== "a" && before.get(n) !== after.get(n));
  expect(moved.length).toBeLessThan(20);
});
