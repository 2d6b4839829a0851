import { assert } from "../../actors/actor.ts";
import { type ActorId, kindOf } from "../../actors/ids.ts";
import { recount } from "../../actors/sku/invariants.ts";
import type { SkuState } from "../../actors/sku/sku_state.ts";
import type { Entry } from "../../streams/record.ts";
import { pickEntries, type RecordBytes, type Wanted } from "../../streams/record_text.ts";
import { Check, type CheckReport } from "../invoices/check.ts";
import { InvoiceAudit } from "../invoices/verify.ts";
import { ConservedAudit, speaksOfOthers } from "./conserved_audit.ts";
import { RowsAudit } from "./rows_audit.ts";
import type { RowsOfActor } from "./rows_seen.ts";
import { Sample } from "./sample.ts";
import { SnapshotsAudit } from "./snapshots_audit.ts";
import type { SnapshotSeen } from "./snapshots_seen.ts";
import { StockAudit } from "./stock_audit.ts";
import { VersionsAudit } from "./versions_audit.ts";

/**
 * Whose events: of SKUs; of all other actors, which are audited together, and with what SKUs say of their units; or of all.
 */
export type ShareName = "goods" | "papers" | "all";

const isSku = (actor: string) => actor.startsWith("sku:");
interface Scope {
  /** Of which actors; absent: of all. */
  readonly own?: (actor: string) => boolean;
  /** Which entries that takes; absent: all. */
  readonly wanted?: Wanted;
  readonly conserved: boolean;
}
const scopes: { readonly [Name in ShareName]: Scope } = {
  goods: { own: isSku, wanted: isSku, conserved: false },
  papers: {
    own: (actor) => !isSku(actor),
    wanted: (actor, line) => !isSku(actor) || speaksOfOthers(line),
    conserved: true,
  },
  all: { conserved: true },
};

/** A record of which the entries are looked at. */
export type Recorded = RecordBytes & { readonly atMs: number };

/** A sampled actor, and what is to be compared with its events. */
export interface Seen {
  readonly actor: ActorId;
  readonly snapshot?: SnapshotSeen;
  readonly rows?: RowsOfActor;
}

export interface Summary {
  readonly events: number;
  readonly actors: number;
  readonly checks: readonly CheckReport[];
}

/** What a share of the actors' events says, and whether snapshots and rows say the same. */
export class EventsAudit {
  readonly #scope: Scope;
  readonly #understood = new Check("events: each is one that this code understands");
  readonly #versions = new VersionsAudit();
  readonly #stock = new StockAudit();
  readonly #claims = new Check("claims: each counter is the sum of the claims behind it (of a sample)");
  readonly #conserved = new ConservedAudit();
  readonly #invoices = new InvoiceAudit();
  readonly #snapshots = new SnapshotsAudit();
  readonly #rows = new RowsAudit();
  readonly #sample: Sample;
  #events = 0;

  /** `chance`: at least 0, below 1: which actors are looked at one by one, where there are too many. */
  constructor(share: ShareName, chance: number) {
    this.#scope = scopes[share];
    this.#sample = new Sample(chance);
  }

  take(records: readonly Recorded[]): void {
    for (const record of records) this.#take(record);
  }

  #take(record: Recorded): void {
    const { entries, chars } = pickEntries(record, this.#scope.wanted), { sequence } = record;
    for (const entry of entries) {
      try {
        this.#entry(entry, record, chars / entries.length);
      } catch (error) {
        const { actor, type, version } = entry, why = error instanceof Error ? error.message : String(error);
        this.#understood.found(`${type} (${version}) of ${actor} in record ${sequence}: ${why}`);
      }
    }
  }

  #entry(entry: Entry, { sequence, atMs }: Recorded, chars: number): void {
    const { own, conserved } = this.#scope;
    this.#invoices.takeEntry(entry, atMs);
    if (conserved) this.#conserved.take(entry, sequence);
    if (own?.(entry.actor) === false) return;
    this.#events++;
    this.#understood.look();
    this.#versions.take(entry, sequence);
    this.#stock.take(entry, sequence);
    this.#sample.take(entry, sequence, chars);
  }

  /** What would explain how actors differ about the same units, if it is under way. */
  awaited(): readonly string[] {
    return this.#conserved.awaited();
  }

  /** What of it is. */
  explain(explained: readonly string[]): void {
    this.#conserved.explain(explained);
  }

  sampled(): readonly ActorId[] {
    return this.#sample.actors;
  }

  /** In the order of their versions, so that each event is folded once; actors that left the sample meanwhile are left out. */
  compare(all: readonly Seen[]): void {
    for (const { actor, snapshot, rows } of all) {
      const life = this.#sample.life(actor);
      if (life === undefined) continue;
      if (snapshot) this.#snapshots.take(actor, life, snapshot);
      if (rows) this.#rows.take(actor, life, rows);
      if (kindOf(actor) !== "sku") continue;
      this.#claims.holds(actor, () => {
        const { state } = life.at(Infinity) ?? {};
        assert(state !== undefined, `Cannot count ${actor}: it has no events`);
        recount(state as SkuState);
        return true;
      });
    }
  }

  summary(): Summary {
    const checks = [
      this.#understood.report(),
      ...this.#versions.reports(),
      ...this.#stock.reports(),
      this.#claims.report(),
      ...this.#conserved.reports(),
      ...this.#invoices.reports(),
      ...this.#snapshots.reports(),
      ...this.#rows.reports(),
    ];
    return { events: this.#events, actors: this.#versions.actors, checks };
  }
}

/** What shares of one log found, together. */
export function together(summaries: readonly Summary[]): Summary {
  const sum = { events: 0, actors: 0 }, byWhat = new Map<string, CheckReport>();
  for (const { events, actors, checks } of summaries) {
    sum.events += events;
    sum.actors += actors;
    for (const check of checks) {
      const other = byWhat.get(check.what);
      byWhat.set(check.what, other === undefined ? check : bothOf(other, check));
    }
  }
  return { ...sum, checks: [...byWhat.values()] };
}

const bothOf = (one: CheckReport, other: CheckReport): CheckReport => ({
  what: one.what,
  looked: one.looked + other.looked,
  found: one.found + other.found,
  findings: [...one.findings, ...other.findings],
});
