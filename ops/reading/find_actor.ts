import type { ActorId } from "../../actors/ids.ts";
import { actorId, kindOf } from "../../actors/ids.ts";
import { actorsByKind } from "../../actors/registry.ts";
import { isParcelName, normalNumber } from "../../http/carriers/parcel_key.ts";
import { isOrderId, isShipmentId, orderIdOf, orderOfRefund, orderOfShipment } from "../../http/order_id.ts";
import { Failure } from "../cli/failure.ts";

/** Where a number is looked up that names nothing by itself; absent without a database. */
export interface NamesInRows {
  /** Actors of parcels with that tracking number, whoever carries them. */
  parcelsWith(trackingNumber: string): Promise<readonly ActorId[]>;
  /** The order that a document was issued for. */
  orderOfDocument(number: string): Promise<ActorId | undefined>;
}

const idKinds: { readonly [prefix: string]: string } = { ret: "return", po: "payout", crd: "credit" };

/**
 * The actor that a text means: its id (`order:ord_…`, `sku:85123A`, `parcel:ups:1Z…`), the id of an order, shipment, refund, return,
 * payout or credit, `channel/orderNumber`, or, from the rows, a tracking number or the number of an invoice. Throws a `Failure` that
 * says what can be named, where it is none of these or names several.
 */
export async function findActor(text: string, rows: NamesInRows | undefined): Promise<ActorId> {
  const named = actorNamed(text);
  if (named) return named;
  if (!rows) {
    throw new Failure(`Cannot find ${text}: ${actorForms}. Tracking and invoice numbers need the database`);
  }
  const order = await rows.orderOfDocument(text);
  if (order) return order;
  const parcels = await rows.parcelsWith(normalNumber(text));
  if (parcels.length === 1) return parcels[0]!;
  if (parcels.length > 1) {
    throw new Failure(`Cannot choose: ${text} travels with several carriers: ${parcels.join(", ")}`);
  }
  throw new Failure(`Cannot find ${text}: ${actorForms}, and no parcel or document has this number`);
}

/** What such a text may be. */
export const actorForms =
  "name an actor such as order:ord_…, sku:85123A or parcel:ups:1Z…, an id such as ord_…, or channel/orderNumber";

/** What the text alone says. */
export function actorNamed(text: string): ActorId | undefined {
  if (text.includes(":") && Object.hasOwn(actorsByKind, kindOf(text as ActorId))) return normalActor(text);
  if (isOrderId(text)) return actorId("order", text);
  const owner = isShipmentId(text) ? orderOfShipment(text) : orderOfRefund(text);
  if (owner) return actorId("order", owner);
  const kind = /^([a-z]+)_[0-9A-HJKMNP-TV-Z]{26,}$/.exec(text)?.[1], known = kind && idKinds[kind];
  if (known) return `${known}:${text}` as ActorId;
  const [, channel, number] = /^([^/]+)\/(.+)$/.exec(text) ?? [];
  return channel !== undefined && number !== undefined
    ? actorId("order", orderIdOf(channel, number))
    : undefined;
}

/** People write tracking numbers with blanks and in lower case. */
function normalActor(text: string): ActorId {
  const [kind, carrier = "", number = ""] = text.split(/:(.*?):(.*)/s);
  if (kind !== "parcel" || !isParcelName(carrier, number)) return text as ActorId;
  return actorId("parcel", `${carrier}:${normalNumber(number)}`);
}
