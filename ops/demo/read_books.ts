import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "../cli/failure.ts";
import { type DocumentAnswer, documentsAnswer } from "./answers.ts";
import { type Client, problemOf } from "./client.ts";
import { counted } from "../cli/counted.ts";

/** The most that one page of the list may have. */
const pageLimit = 200;
const pauseMs = 200;

export interface BooksReading {
  readonly client: Client;
  readonly channel: string;
  readonly type: "invoice" | "credit_note";
  /** How long to wait without anything new. */
  readonly patienceMs: number;
  /** Hears of each document once, in the order of the series; says whether any are still to come. */
  readonly take: (document: DocumentAnswer) => void;
  readonly missing: () => number;
}

/** Follows the list of a channel's documents until none is missing: they are issued, and become rows, in their own time. */
export async function readBooks(reading: BooksReading): Promise<void> {
  const { patienceMs, take, missing } = reading, known = new Set<string>();
  let cursor: string | undefined, newsAtMs = performance.now();
  while (true) {
    const page = await readPage(reading, cursor);
    for (const document of page.items) {
      if (known.has(document.number)) continue;
      known.add(document.number);
      take(document);
      newsAtMs = performance.now();
    }
    cursor = page.next ?? cursor; // The last page is read again: it grows.
    if (page.next !== undefined) continue;
    const left = missing();
    if (left <= 0) return;
    if (performance.now() - newsAtMs > patienceMs) throw notIssued(reading, left);
    await sleep(pauseMs);
  }
}

async function readPage({ client, channel, type }: BooksReading, cursor: string | undefined) {
  const query = new URLSearchParams({ channel, type, limit: String(pageLimit) });
  if (cursor !== undefined) query.set("cursor", cursor);
  const answered = await client.read(`/v1/invoices?${query}`);
  if (answered.status === 200) return documentsAnswer.parse(answered.body);
  throw new Failure(`Cannot read the books: the answer is ${answered.status} ${problemOf(answered.body)}`);
}

function notIssued({ channel, type, patienceMs }: BooksReading, left: number): Failure {
  const what = type === "invoice"
    ? `${counted(left, "order")} of ${channel} ${
      left === 1 ? "is" : "are"
    } not invoiced; does their seller invoice on delivery?`
    : `${counted(left, "credit note")} of ${channel} cannot be read yet`;
  return new Failure(`Cannot go on: nothing new for ${(patienceMs / 1000).toFixed(0)} s, and ${what}`);
}
