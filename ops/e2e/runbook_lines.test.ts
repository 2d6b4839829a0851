import { expect, test } from "vitest";
import { linesOf } from "./runbook_lines.ts";

test("a runbook's lines are executed, as dry runs where they change something", () => {
  const markdown = [
    "Look, with `npx waybill log status`:",
    "```sh",
    "npx waybill log status   # partitions and owners",
    'npx waybill read-only off --yes --why "all is well"',
    "curl -s $WAYBILL/readyz \\",
    "  -H 'accept: text/plain'",
    "kubectl get pods",
    "npx waybill cluster # not run: starts a cluster",
    "npx waybill carriers verify --carrier <name> <file>",
    "```",
    "```json",
    "npx waybill nothing",
    "```",
  ].join("\n");
  expect(linesOf(markdown)).toEqual([
    { kind: "run", line: "npx waybill log status" },
    { kind: "run", line: "npx waybill read-only off" },
    { kind: "run", line: "curl -s $WAYBILL/readyz    -H 'accept: text/plain'" },
    { kind: "known", words: ["carriers", "verify"], options: ["--carrier"] },
  ]);
});
