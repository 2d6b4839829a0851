import { type ActorId, keyOf, type OrderId } from "../../actors/ids.ts";
import type { OrderEvent } from "../../actors/order/events.ts";
import type { ReturnEvent } from "../../actors/return/return_events.ts";
import type { SkuEvent } from "../../actors/sku/sku_events.ts";
import type { Entry } from "../../streams/record.ts";
import type { CheckReport } from "../invoices/check.ts";
import { ClaimedAudit } from "./claimed_audit.ts";
import { ReturnedAudit } from "./returned_audit.ts";
import { ShippedAudit } from "./shipped_audit.ts";

/** As an entry's text has them: of a SKU's events, those that another actor speaks of, too, are among these. */
const marks = ['"order":"', '"return":"', '"doc":"ret_'] as const;
export const speaksOfOthers = (line: string): boolean => marks.some((mark) => line.includes(mark));

/** Units that several actors speak of: orders, returns and SKUs say the same of them, or what they differ by is under way. */
export class ConservedAudit {
  readonly #shipped = new ShippedAudit();
  readonly #returned = new ReturnedAudit();
  readonly #claimed = new ClaimedAudit();
  #explained: ReadonlySet<string> = new Set();

  take(entry: Entry, record: number): void {
    const { actor } = entry, event: unknown = entry; // It has an event's type and data, and nobody asks for its version.
    if (actor.startsWith("sku:")) this.#sku(actor, event as SkuEvent, record);
    else if (actor.startsWith("order:")) this.#order(actor, event as OrderEvent, record);
    else if (actor.startsWith("return:")) this.#returned.returned(actor, event as ReturnEvent, record);
  }

  #sku(actor: ActorId, event: SkuEvent, record: number): void {
    this.#claimed.sku(actor, event, record);
    switch (event.type) {
      case "parcel.handed_over":
        return this.#shipped.sku(actor, event.data, record);
      case "return.received":
        return this.#returned.received(actor, event.data, record);
      case "return.graded":
        return this.#returned.graded(actor, event.data, record);
      case "goods.received":
        return this.#returned.restocked(actor, event.data, record);
    }
  }

  #order(actor: ActorId, event: OrderEvent, record: number): void {
    this.#claimed.order(actor, event, record);
    switch (event.type) {
      case "order.shipped":
        return this.#shipped.order(keyOf(actor) as OrderId, event.data, record);
      case "order.return_received":
        return this.#returned.heardReceived(event.data, record);
      case "order.return_graded":
        return this.#returned.heardGraded(event.data, record);
    }
  }

  /** Which messages would explain what differs; of those that are under way, `explain` is told. */
  awaited(): readonly string[] {
    return [
      ...new Set([this.#shipped, this.#returned, this.#claimed].flatMap((audit) => [...audit.awaited()])),
    ];
  }

  explain(explained: readonly string[]): void {
    this.#explained = new Set(explained);
  }

  reports(): CheckReport[] {
    return [this.#shipped, this.#returned, this.#claimed].map((audit) => audit.report(this.#explained));
  }
}
