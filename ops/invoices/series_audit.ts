import type { IssuedDocument } from "../../actors/series/document.ts";
import { hashedText, sellerHash } from "../../actors/series/hash.ts";
import { undescribed } from "../../actors/series/seller.ts";
import type { SeriesContinued, SeriesEvent } from "../../actors/series/series_events.ts";
import { hashOf } from "../../streams/hash.ts";
import { Check } from "./check.ts";

const encoder = new TextEncoder();

/** Where a series ends: what the next document of it must follow. */
export interface ChainHead {
  readonly entity: string;
  readonly type: string;
  readonly fiscalYear: number;
  readonly series: string;
  /** How many documents it has, which is the place of the last one. */
  readonly sequence: number;
  readonly number: string;
  readonly issuedOn: string;
  readonly hash: string;
}

/** Numbers, chains and days of every series, in the order in which the log has them. */
export class SeriesAudit {
  readonly #numbers = new Check("numbers: no gap and no twin in any series");
  readonly #chains = new Check("chains: each document has its own hash and that of the one before it");
  readonly #days = new Check("days: no document is dated before the one before it");
  readonly #sellers = new Check("sellers: each document names what was said of its seller");
  readonly #heads = new Map<string, ChainHead>();
  /** What was followed by another series of the same entity, type and year, after a restore. */
  readonly #ended: ChainHead[] = [];
  /** After a restore: the number behind which a series begins that the log knows nothing of. */
  readonly #begins = new Map<string, number>();
  readonly #known = new Set<string>();
  readonly #lastDays = new Map<string, string>();
  readonly #described = new Set<string>();

  /** `entity`: the key of the actor that says so. */
  take(entity: string, event: SeriesEvent): void {
    if (event.type === "series.seller_described") {
      const { seller, hash } = event.data;
      this.#sellers.expect(
        sellerHash(seller) === hash,
        () => `a description of ${entity} has another hash than it says`,
      );
      this.#described.add(`${entity} ${hash}`);
      return;
    }
    if (event.type === "series.continued") return this.#continued(entity, event.data);
    this.#issued(entity, event.data);
  }

  /** The log was restored: numbers that it does not know may be out there. */
  #continued(entity: string, { suffix, after = {}, ends }: SeriesContinued["data"]): void {
    for (const [key, head] of [...this.#heads].filter(([, head]) => head.entity === entity)) {
      const series = `${head.type}/${head.fiscalYear}`, said = ends[series];
      this.#chains.expect(
        said?.sequence === head.sequence && said.hash === head.hash,
        () => `${entity} was continued as if ${head.series} did not end with ${head.number}`,
      );
      if (suffix !== undefined) {
        this.#ended.push(head);
        this.#heads.delete(key);
      } else this.#heads.set(key, { ...head, sequence: after[series] ?? head.sequence });
    }
    for (const [series, last] of Object.entries(after)) {
      const [type, year] = series.split("/"), key = `${entity} ${type} ${year}`;
      if (!this.#heads.has(key)) this.#begins.set(key, last);
    }
  }

  #issued(entity: string, document: IssuedDocument): void {
    const { type, fiscalYear, series, sequence, number, issuedOn, hash } = document;
    const key = `${entity} ${type} ${fiscalYear}`, before = this.#heads.get(key);
    this.#numbers.expect(
      sequence === (before?.sequence ?? this.#begins.get(key) ?? 0) + 1,
      () => `${number} has place ${sequence} in its series, after ${before?.number ?? "nothing"}`,
    );
    this.#numbers.expect(
      number === `${series}-${String(sequence).padStart(6, "0")}`,
      () => `${number} is not the number of place ${sequence} of ${series}`,
    );
    this.#numbers.expect(!this.#known.has(number), () => `${number} was given twice`);
    this.#known.add(number);
    this.#chains.expect(
      hashOf(encoder.encode(hashedText(document))) === hash,
      () => `${number} is not what its hash says`,
    );
    this.#chains.expect(
      document.previousHash === (before?.hash ?? ""),
      () => `${number} does not follow ${before?.number ?? "nothing"}: it names the hash of another document`,
    );
    const days = `${entity} ${type}`, last = this.#lastDays.get(days) ?? "";
    this.#days.expect(issuedOn >= last, () => `${number} is dated ${issuedOn}, after one of ${last}`);
    this.#lastDays.set(days, issuedOn > last ? issuedOn : last);
    this.#checkSeller(entity, document);
    this.#heads.set(key, { entity, type, fiscalYear, series, sequence, number, issuedOn, hash });
  }

  #checkSeller(entity: string, { number, entity: said, seller }: IssuedDocument): void {
    const known = this.#described.has(`${entity} ${seller.hash}`) ||
      seller.hash === sellerHash(undescribed(entity));
    this.#sellers.expect(
      known && said === entity && seller.entity === entity,
      () => `${number} of ${entity} names a seller of whom nobody said that`,
    );
  }

  heads(): readonly ChainHead[] {
    return [...this.#ended, ...this.#heads.values()].sort((one, other) => one.number < other.number ? -1 : 1);
  }

  reports() {
    return [this.#numbers, this.#chains, this.#days, this.#sellers].map((check) => check.report());
  }
}
