import type { CreditEvent } from "../../actors/credit/credit_events.ts";
import { keyOf, kindOf } from "../../actors/ids.ts";
import type { OrderEvent } from "../../actors/order/events.ts";
import type { IssuedDocument } from "../../actors/series/document.ts";
import { seriesEvent } from "../../projections/invoices/invoices.ts";
import type { Broker, Stored } from "../../streams/broker/broker.ts";
import { hashOf } from "../../streams/hash.ts";
import { type Entry, type Mark, streamNames } from "../../streams/record.ts";
import { decodeEntries } from "../../streams/record_text.ts";
import { Check, type CheckReport } from "./check.ts";
import { CreditsAudit } from "./credits_audit.ts";
import { type ChainHead, SeriesAudit } from "./series_audit.ts";
import { SourcesAudit } from "./sources_audit.ts";
import { TotalsAudit } from "./totals_audit.ts";

/** What the log proves of the invoices in it. */
export interface Verdict {
  readonly ok: boolean;
  /** How far EVENTS was read. */
  readonly records: number;
  readonly lastSequence: number;
  readonly invoices: number;
  readonly creditNotes: number;
  /** What was on its way between actors as the log ended: neither right nor wrong yet. */
  readonly waiting: number;
  readonly checks: readonly CheckReport[];
  readonly heads: readonly ChainHead[];
}

const kinds: readonly string[] = ["order", "series", "credit"];
const wanted = (actor: string) => kinds.includes(actor.slice(0, actor.indexOf(":")));

/** Reads EVENTS to its end, and proves it with nothing but what stands there: rows, snapshots and renderings are not asked. Each document is shown to `seen`. */
export async function verifyInvoices(
  broker: Broker,
  seen?: (document: IssuedDocument) => void,
): Promise<Verdict> {
  const { lastSequence } = await broker.info(streamNames.events), audit = new InvoiceAudit(seen);
  if (lastSequence === 0) return audit.verdict(lastSequence);
  const reader = broker.read(streamNames.events, { fromSequence: 1 });
  try {
    for await (const stored of reader) {
      audit.take(stored);
      if (stored.sequence >= lastSequence) return audit.verdict(lastSequence);
    }
  } finally {
    await reader.stop();
  }
  throw new Error("Cannot read the log to its end: the reader stopped");
}

export class InvoiceAudit {
  readonly #log = new Check("log: each record has the hash of the one before it");
  readonly #heads = new Map<number, Mark>();
  readonly #series = new SeriesAudit();
  readonly #totals = new TotalsAudit();
  readonly #sources = new SourcesAudit();
  readonly #credits = new CreditsAudit();
  readonly #counts = { invoice: 0, credit_note: 0 };
  readonly #seen: (document: IssuedDocument) => void;
  #records = 0;

  constructor(seen: (document: IssuedDocument) => void = () => {}) {
    this.#seen = seen;
  }

  take(stored: Stored): void {
    const { partition, previous, entries, atMs, split } = decodeEntries(stored, wanted),
      { sequence } = stored;
    const head = this.#heads.get(partition) ?? { sequence: 0, hash: "" };
    this.#log.expect(
      previous.sequence === head.sequence && previous.hash === head.hash,
      () => `record ${sequence} of partition ${partition} does not follow ${head.sequence}`,
    );
    const mark = { sequence, hash: hashOf(stored.payload) };
    this.#heads.set(partition, mark);
    if (split !== undefined) this.#heads.set(split.child, mark); // Its log goes on from here.
    this.#records++;
    for (const entry of entries) this.#entry(entry, atMs);
  }

  #entry(entry: Entry, atMs: number): void {
    const key = keyOf(entry.actor), event = { type: entry.type, version: entry.v, data: entry.data };
    const said = seriesEvent(entry);
    if (said !== undefined) {
      this.#series.take(key, said);
      if (said.type !== "series.document_issued") return;
      this.#counts[said.data.type]++;
      this.#seen(said.data);
      this.#totals.take(said.data);
      this.#sources.document(said.data, atMs);
      this.#credits.take(said.data);
    } else if (kindOf(entry.actor) === "order") {
      this.#sources.order(key, event as unknown as OrderEvent, atMs);
    } else if (kindOf(entry.actor) === "credit") this.#sources.credit(event as unknown as CreditEvent, atMs);
  }

  verdict(lastSequence: number): Verdict {
    const { waiting } = this.#sources.finish();
    const audits = [this.#series, this.#totals, this.#sources, this.#credits];
    const checks = [this.#log.report(), ...audits.flatMap((audit) => audit.reports())];
    return {
      ok: checks.every(({ found }) => found === 0),
      records: this.#records,
      lastSequence,
      invoices: this.#counts.invoice,
      creditNotes: this.#counts.credit_note,
      waiting,
      checks,
      heads: this.#series.heads(),
    };
  }
}
