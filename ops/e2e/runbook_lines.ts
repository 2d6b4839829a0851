import { readdirSync, readFileSync } from "node:fs";

const folder = new URL("../runbooks/", import.meta.url);

/** One line of a runbook's `sh` block that a test can do something with. */
export type RunbookLine =
  /** To be executed as it is; what changes something has become a dry run. */
  | { readonly kind: "run"; readonly line: string }
  /** Somebody has to put something in: command and options are to be known. */
  | { readonly kind: "known"; readonly words: readonly string[]; readonly options: readonly string[] };

/** What each runbook asks to type, by file. */
export function runbookLines(): Map<string, readonly RunbookLine[]> {
  const files = readdirSync(folder).filter((name) => name.endsWith(".md")).toSorted();
  return new Map(files.map((name) => [name, linesOf(readFileSync(new URL(name, folder), "utf8"))]));
}

export function linesOf(markdown: string): RunbookLine[] {
  const blocks = [...markdown.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = ""]) => block);
  const lines = blocks.flatMap((block) =>
    block.replaceAll("\\\n", " ").split("\n").map((line) => line.trim())
  );
  return lines.filter((line) => /^(npx waybill|curl) /.test(line) && !/# not run\b/.test(line)).map(lineOf);
}

function lineOf(text: string): RunbookLine {
  const line = text.replace(/\s+#.*$/, "");
  if (!/<[^<>]+>|…/.test(line)) return { kind: "run", line: asDryRun(line) };
  const words = line.split(/\s+/).slice(2);
  const command = words.findIndex((word) => !/^[a-z][a-z-]*$/.test(word));
  return {
    kind: "known",
    words: command < 0 ? words : words.slice(0, command),
    options: words.flatMap((word) => /^--[a-z-]+/.exec(word) ?? []),
  };
}

const asDryRun = (line: string) =>
  line.replace(/\s--yes\b/, "").replace(/\s--why[= ]("[^"]*"|'[^']*'|\S+)/, "");
