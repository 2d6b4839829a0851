import type { IssuedDocument } from "../../actors/series/document.ts";
import { documentHash } from "../../actors/series/hash.ts";
import type { JournalDocument } from "../../projections/invoices/invoice_queries.ts";
import { Check, type CheckReport } from "./check.ts";

/** The numbers that the log issued within a period of days, both included, each with the hash of what it issued. */
export class IssuedIn {
  readonly #from: string;
  readonly #to: string;
  readonly #hashes = new Map<string, string>();

  constructor({ from, to }: { readonly from: string; readonly to: string }) {
    this.#from = from;
    this.#to = to;
  }

  readonly take = (document: IssuedDocument): void => {
    const { number, issuedOn } = document;
    if (issuedOn >= this.#from && issuedOn <= this.#to) this.#hashes.set(number, documentHash(document));
  };

  get hashes(): ReadonlyMap<string, string> {
    return this.#hashes;
  }
}

/** Whether what is exported from rows is what the log issued: rows may lag, and may have been changed. */
export class RowsAudit {
  readonly #check = new Check("rows: the period's documents and journal are those of the log");
  readonly #log: ReadonlyMap<string, string>;
  readonly #documents = new Set<string>();
  readonly #journal = new Set<string>();

  constructor(log: ReadonlyMap<string, string>) {
    this.#log = log;
  }

  /** A document that is exported, with the hash of what it says. */
  document(number: string, hash: string): void {
    this.#expect(number, hash, this.#documents, "documents");
  }

  /** The pages as they are, while the journal is made of them. */
  async *journal(
    pages: AsyncIterable<readonly JournalDocument[]>,
  ): AsyncIterable<readonly JournalDocument[]> {
    for await (const page of pages) {
      for (const { number, hash } of page) this.#expect(number, hash, this.#journal, "the journal");
      yield page;
    }
  }

  report(): CheckReport {
    for (const number of this.#log.keys()) {
      const lacking = [
        ...(this.#documents.has(number) ? [] : ["the documents"]),
        ...(this.#journal.has(number) ? [] : ["the journal"]),
      ];
      this.#check.expect(
        lacking.length === 0,
        () => `${number} is in the log, and not in ${lacking.join(" and ")}`,
      );
    }
    return this.#check.report();
  }

  #expect(number: string, hash: string, seen: Set<string>, where: string): void {
    const issued = this.#log.get(number);
    const twin = seen.has(number);
    seen.add(number);
    this.#check.expect(!twin, () => `${number} is twice in ${where}`);
    this.#check.expect(
      issued === hash,
      () =>
        issued === undefined
          ? `${number} is in ${where}, and not in the period of the log as far as it was read`
          : `${number} says in ${where} something else than in the log`,
    );
  }
}
