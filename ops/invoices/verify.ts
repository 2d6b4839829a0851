import type { CreditEvent } from "../../actors/credit/credit_events.ts";
import { keyOf, kindOf } from "../../actors/ids.ts";
import type { OrderEvent } from "../../actors/order/events.ts";
import type { IssuedDocument } from "../../actors/series/document.ts";
import { seriesEvent } from "../../projections/invoices/invoices.ts";
import type { Broker, Stored } from "../../streams/broker/broker.ts";
import { hashOf } from "../../streams/hash.ts";
import { type Entry, streamNames } from "../../streams/record.ts";
import { Chains } from "../../streams/reading/chains.ts";
import { decodeEntries } from "../../streams/record_text.ts";
import { BuyersAudit } from "./buyers_audit.ts";
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

interface VerifyOptions {
  /** Each document is shown to it. */
  readonly seen?: (document: IssuedDocument) => void;
  /** By which buyers were marked; without it they are not compared. */
  readonly fingerprint?: (canonical: string) => string;
}

/**
 * Reads EVENTS to its end, and proves it with nothing but what stands there: rows, snapshots and renderings are not asked. Buyers are
 * compared with what PERSONAL still holds of them.
 */
export async function verifyInvoices(broker: Broker, options: VerifyOptions = {}): Promise<Verdict> {
  const { seen, fingerprint } = options, buyers = fingerprint && new BuyersAudit(fingerprint);
  const audit = new InvoiceAudit((document) => {
    seen?.(document);
    buyers?.take(document);
  });
  const verdict = await verifyLog(broker, audit);
  if (buyers === undefined) return verdict;
  await buyers.readPersonal(broker);
  const checks = [...verdict.checks, ...buyers.reports()];
  return { ...verdict, ok: checks.every(({ found }) => found === 0), checks };
}

async function verifyLog(broker: Broker, audit: InvoiceAudit): Promise<Verdict> {
  const { lastSequence } = await broker.info(streamNames.events);
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
  readonly #chains = new Chains([], { fromBeginning: true });
  readonly #series = new SeriesAudit();
  readonly #totals = new TotalsAudit();
  readonly #sources = new SourcesAudit();
  readonly #credits = new CreditsAudit();
  readonly #counts = { invoice: 0, credit_note: 0 };
  readonly #seen: (document: IssuedDocument) => void;
  #records = 0;
  #waiting = 0;

  constructor(seen: (document: IssuedDocument) => void = () => {}) {
    this.#seen = seen;
  }

  take(stored: Stored): void {
    const { sequence, payload } = stored, record = decodeEntries(stored, wanted), { partition } = record;
    const missed = this.#chains.missedBy(record);
    this.#log.expect(
      missed === undefined,
      () => `record ${sequence} of partition ${partition} does not follow ${missed?.sequence}`,
    );
    this.#chains.goOnFrom(record, { sequence, hash: hashOf(payload) });
    this.#records++;
    for (const entry of record.entries) this.takeEntry(entry, record.atMs);
  }

  /** What was issued alone, of a log that somebody else looks at. */
  takeEntry(entry: Entry, atMs: number): void {
    if (wanted(entry.actor)) this.#entry(entry, atMs);
  }

  reports(): CheckReport[] {
    this.#waiting = this.#sources.finish().waiting;
    return [this.#series, this.#totals, this.#sources, this.#credits].flatMap((audit) => audit.reports());
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
    const checks = [this.#log.report(), ...this.reports()];
    return {
      ok: checks.every(({ found }) => found === 0),
      records: this.#records,
      lastSequence,
      invoices: this.#counts.invoice,
      creditNotes: this.#counts.credit_note,
      waiting: this.#waiting,
      checks,
      heads: this.#series.heads(),
    };
  }
}
