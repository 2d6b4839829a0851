import type { Json } from "../../actors/actor.ts";
import type { IssuedDocument } from "../../actors/series/document.ts";
import { canonicalJson } from "../../http/canonical.ts";
import type { Broker } from "../../streams/broker/broker.ts";
import { readUpto } from "../reading/read_upto.ts";
import { streamNames } from "../../streams/record.ts";
import { isLeftOver } from "../../streams/retention/erased.ts";
import { decodePersonal } from "../../streams/retention/personal_message.ts";
import { Check, type CheckReport } from "./check.ts";

/** Who a document was made out to: the mark of the block, by the actor that it lies under. */
interface Marked {
  readonly number: string;
  readonly mark: string;
}

/** Compares what PERSONAL holds of buyers with the marks that documents froze. Whoever was erased is compared with nothing. */
export class BuyersAudit {
  readonly #check = new Check("buyers: each that is not erased is who the document was made out to");
  readonly #marked = new Map<string, Marked>();
  readonly #fingerprint: (canonical: string) => string;

  /** `fingerprint`: keyed as the edge's, by which marks were made. */
  constructor(fingerprint: (canonical: string) => string) {
    this.#fingerprint = fingerprint;
  }

  take({ number, buyer }: IssuedDocument): void {
    if (buyer?.mark === undefined) return;
    const { actor, mark } = buyer, before = this.#marked.get(actor);
    if (before === undefined) this.#marked.set(actor, { number, mark });
    else if (before.mark !== mark) {
      this.#check.found(`${number} and ${before.number} are of ${actor}, and mark different buyers`);
    }
  }

  /** Reads PERSONAL as far as it goes today. */
  async readPersonal(broker: Broker): Promise<void> {
    const last = await broker.last(streamNames.personal, "personal.>");
    if (last === undefined || this.#marked.size === 0) return;
    // What an erasure deletes meanwhile is not waited for.
    const range = { from: 1, until: last.sequence };
    for await (const batch of readUpto(broker, streamNames.personal, range)) {
      for (const stored of batch) {
        for (const { actor, personal } of decodePersonal(stored).items) this.#compare(actor, personal);
      }
    }
  }

  #compare(actor: string, personal: Json): void {
    const marked = this.#marked.get(actor);
    if (marked === undefined || isLeftOver(personal)) return;
    this.#check.expect(
      this.#fingerprint(canonicalJson(personal)) === marked.mark,
      () =>
        `${marked.number}: the buyer under ${actor} is not who was marked, or WAYBILL_SECRET is not what it was then`,
    );
  }

  reports(): readonly CheckReport[] {
    return [this.#check.report()];
  }
}
