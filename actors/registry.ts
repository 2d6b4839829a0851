import { type AnyActor, assert } from "./actor.ts";
import { type ActorId, kindOf } from "./ids.ts";
import { location } from "./location/location.ts";
import { order } from "./order/order.ts";
import { parcel } from "./parcel/parcel.ts";
import { payout } from "./payout/payout.ts";
import { credit } from "./credit/credit.ts";
import { person } from "./person/person.ts";
import { series } from "./series/series.ts";
import { orderReturn } from "./return/return.ts";
import { sku } from "./sku/sku.ts";
import { stockdoc } from "./stockdoc/stockdoc.ts";

/** Every kind of actor that a partition may hold. */
export const actorsByKind: { readonly [kind: string]: AnyActor } = {
  order,
  sku,
  stockdoc,
  location,
  parcel,
  payout,
  person,
  series,
  credit,
  return: orderReturn,
};

export function actorFor(id: ActorId): AnyActor {
  return actorOf(kindOf(id));
}

/** What a snapshot of that kind must name to be of use; with another one it is replayed from events. */
export function schemaOf(kind: string): string {
  return `${kind}/${actorOf(kind).stateVersion}`;
}

function actorOf(kind: string): AnyActor {
  const actor = Object.hasOwn(actorsByKind, kind) ? actorsByKind[kind] : undefined;
  assert(actor, `Cannot find an actor of kind "${kind}": there is none`);
  return actor;
}
