import process from "node:process";
import { type Representation, representations } from "../../http/documents/media.ts";
import { renderDocument } from "../../http/documents/render.ts";
import { madeDocument } from "./made_documents.ts";

/** One process that renders invoices one after the other. */
export interface DocumentsResult {
  readonly representation: Representation;
  readonly lines: number;
  readonly perSecond: number;
  readonly cpuMsEach: number;
  readonly bytesEach: number;
}
export interface DocumentsOptions {
  readonly seconds: number;
  readonly say: (line: string) => void;
}

const lineCount = 10;
const warmUps = 30;

/** How many renderings a core makes; no two documents are alike. */
export async function measureDocuments({ seconds, say }: DocumentsOptions): Promise<DocumentsResult[]> {
  const results: DocumentsResult[] = [];
  for (const representation of representations) {
    const result = await measureOne(representation, seconds);
    say(
      `documents: ${result.perSecond}/s as ${representation} (${lineCount} lines, one process): ` +
        `${result.cpuMsEach} ms of CPU and ${result.bytesEach} bytes each`,
    );
    results.push(result);
  }
  return results;
}

async function measureOne(representation: Representation, seconds: number): Promise<DocumentsResult> {
  let made = 0, bytes = 0;
  const render = async () => {
    const { body } = await renderDocument(madeDocument(made++, lineCount), representation);
    bytes += typeof body === "string" ? Buffer.byteLength(body) : body.length;
  };
  for (let i = 0; i < warmUps; i++) await render();
  const cpuBefore = process.cpuUsage(), startMs = performance.now(), first = made;
  bytes = 0;
  while (performance.now() - startMs < seconds * 1000) await render();
  const elapsedMs = performance.now() - startMs, cpu = process.cpuUsage(cpuBefore), count = made - first;
  return {
    representation,
    lines: lineCount,
    perSecond: Math.round(count / elapsedMs * 1000),
    cpuMsEach: Math.round((cpu.user + cpu.system) / count / 10) / 100,
    bytesEach: Math.round(bytes / count),
  };
}
