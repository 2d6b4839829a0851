import type { Entry } from "../../../streams/record.ts";
import { promised } from "./violation.ts";

type Data = { readonly [field: string]: unknown };

/** What may happen to an actor only once for each of these. */
const keys: { readonly [type: string]: (data: Data) => unknown } = {
  "order.placed": () => "",
  "order.confirmed": (data) => data["attempt"],
  "order.rejected": () => "",
  "order.expired": () => "",
  "order.closed": () => "",
  "order.payment_captured": (data) => data["reference"],
  "order.payment_failed": (data) => data["reference"],
  "order.cancel_requested": (data) => data["request"],
  "order.shipment_requested": (data) => data["reference"],
  "order.shipped": (data) => data["shipment"],
  "order.invoice_requested": (data) => data["source"],
  "order.invoiced": (data) => data["source"],
  "order.credit_requested": (data) => data["source"],
  "order.credited": (data) => data["source"],
  "order.refund_requested": (data) => data["reference"],
  "order.refund_settled": (data) => data["refund"],
  "series.document_issued": (data) => data["source"],
  "parcel.registered": (data) => data["shipment"],
  "parcel.handed_over": ({ hold, parcel, location }) => `${hold} ${parcel} ${location}`,
  "stock_document.opened": () => "",
  "stock_document.settled": () => "",
  "goods.received": (data) => data["doc"],
  "stock.adjusted": (data) => data["doc"],
};

/** Natural keys take effect once, whatever was asked how often. */
export class OnceAudit {
  readonly #units = new Map<string, number>();
  /** What came in and went out of each SKU. */
  readonly stock = new Map<string, number>();

  note(where: string, { actor, type, data }: Entry): void {
    const keyOf = keys[type];
    if (keyOf === undefined) return;
    const fields = data as Data, key = `${type} ${actor} ${keyOf(fields)}`;
    promised("once", !this.#units.has(key), () => `${where}: a second time ${key}`);
    const units = broughtBy(type, fields);
    this.#units.set(key, units);
    if (units !== 0) this.stock.set(actor, (this.stock.get(actor) ?? 0) + units);
  }
  /** How many units a document brought to a SKU or took from it; undefined when it did neither. */
  unitsBy(type: "goods.received" | "stock.adjusted", actor: string, doc: string): number | undefined {
    return this.#units.get(`${type} ${actor} ${doc}`);
  }
}

/** How many units an event adds to what a SKU has. */
function broughtBy(type: string, fields: Data): number {
  switch (type) {
    case "goods.received":
      return fields["quantity"] as number;
    case "parcel.handed_over":
      return -(fields["quantity"] as number);
    case "stock.adjusted":
      return fields["delta"] as number;
    default:
      return 0;
  }
}
