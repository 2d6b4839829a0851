import { type ActorId, keyOf } from "../../../actors/ids.ts";
import type { IssuedDocument } from "../../../actors/series/document.ts";
import { documentHash } from "../../../actors/series/hash.ts";
import { promised } from "./violation.ts";

const yearChars = "2011".length;

/** Every number that was given: without a gap or a twin in its series, each document hung on the one before it. */
export class SeriesAudit {
  readonly #heads = new Map<string, IssuedDocument>();
  /** The day of the last document of each entity and type. */
  readonly #days = new Map<string, string>();
  readonly #numbers = new Set<string>();
  readonly #bySource = new Map<string, IssuedDocument>();

  documentOf(source: string): IssuedDocument | undefined {
    return this.#bySource.get(source);
  }

  note(where: string, actor: ActorId, document: IssuedDocument): void {
    const { entity, type, fiscalYear, source, number } = document;
    promised("money", keyOf(actor) === entity, () => `${where}: ${actor} issues ${number} of ${entity}`);
    promised("money", !this.#bySource.has(source), () => `${where}: ${source} is numbered a second time`);
    promised("money", !this.#numbers.has(number), () => `${where}: a second ${number}`);
    const series = `${entity} ${type} ${fiscalYear}`;
    this.#checkPlace(where, document, this.#heads.get(series));
    this.#checkDay(where, document);
    this.#heads.set(series, document);
    this.#bySource.set(source, document);
    this.#numbers.add(number);
  }

  #checkPlace(where: string, document: IssuedDocument, head: IssuedDocument | undefined): void {
    const { sequence, series, number, previousHash, hash } = document, next = (head?.sequence ?? 0) + 1;
    promised("money", sequence === next, () => `${where}: ${number} is the ${sequence}th, not ${next}th`);
    const digits = number.slice(`${series}-`.length);
    const right = number.startsWith(`${series}-`) && Number(digits) === sequence;
    promised("money", right, () => `${where}: ${number} is no number of ${sequence} in ${series}`);
    const chained = previousHash === (head?.hash ?? "");
    promised("money", chained, () => `${where}: ${number} hangs on ${previousHash}, not on ${head?.hash}`);
    promised("money", hash === documentHash(document), () => `${where}: ${number} is not what its hash says`);
  }
  #checkDay(where: string, { entity, type, number, issuedOn, fiscalYear }: IssuedDocument): void {
    const last = this.#days.get(`${entity} ${type}`) ?? "";
    promised("money", issuedOn >= last, () => `${where}: ${number} is dated ${issuedOn}, behind ${last}`);
    // No seller says otherwise here.
    const year = Number(issuedOn.slice(0, yearChars));
    promised("money", fiscalYear === year, () => `${where}: ${number} of ${issuedOn} is of ${fiscalYear}`);
    this.#days.set(`${entity} ${type}`, issuedOn);
  }
}
