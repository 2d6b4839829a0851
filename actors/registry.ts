import { type AnyActor, assert } from "./actor.ts";
import { type ActorId, kindOf } from "./ids.ts";
import { order } from "./order/order.ts";
import { sku } from "./sku/sku.ts";

/** Every kind of actor that a partition may hold. */
export const actorsByKind: { readonly [kind: string]: AnyActor } = { order, sku };

export function actorFor(id: ActorId): AnyActor {
  const actor = actorsByKind[kindOf(id)];
  assert(actor, `Cannot find actor ${id}: no such kind`);
  return actor;
}

/** What a snapshot of that kind must name to be of use; with another one it is replayed from events. */
export function schemaOf(kind: string): string {
  const actor = actorsByKind[kind];
  assert(actor, `Cannot name the schema of ${kind}: no such kind`);
  return `${kind}/${actor.stateVersion}`;
}
