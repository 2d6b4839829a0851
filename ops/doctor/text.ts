import type { Finding, Verdict } from "./finding.ts";
import { counted } from "../cli/counted.ts";

const columns = 80, nameColumns = 14;
const marks: { readonly [V in Verdict]: string } = { ok: "ok     ", warning: "warning", wrong: "WRONG  " };

/** What `waybill doctor` says in a terminal, at most 80 columns wide. */
export function findingsText(findings: readonly Finding[]): string {
  const lines = findings.flatMap(({ check, verdict, says, advice }) => [
    ...indented(`${marks[verdict]}  ${check.padEnd(nameColumns)}`, says),
    ...(advice === undefined ? [] : indented(" ".repeat(9 + nameColumns), `→ ${advice}`)),
  ]);
  return [...lines, "", summaryOf(findings)].join("\n");
}

function summaryOf(findings: readonly Finding[]): string {
  const count = (verdict: Verdict) => findings.filter((one) => one.verdict === verdict).length;
  const wrong = count("wrong"), warnings = count("warning");
  const also = warnings === 0 ? "" : `, ${counted(warnings, "warning")}`;
  if (wrong === 0) return `Nothing is wrong${also}.`;
  return `${counted(wrong, "thing is", "things are")} wrong${also}.`;
}

/** The text behind the head, its further lines below its first one. */
function indented(head: string, text: string): string[] {
  const width = columns - head.length, lines: string[] = [];
  for (const word of text.split(/\s+/).flatMap((word) => pieces(word, width))) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  return lines.map((line, index) => `${index === 0 ? head : " ".repeat(head.length)}${line}`);
}

/** A URL may be longer than a line. */
function pieces(word: string, width: number): string[] {
  const all: string[] = [];
  for (let from = 0; from < word.length; from += width) all.push(word.slice(from, from + width));
  return all;
}
