import type { AnyActor } from "../../actors/actor.ts";
import { type ActorId, kindOf } from "../../actors/ids.ts";

/** Finds an actor by the kind in its id; undefined for a kind that is not among them. */
export function actorsIn(
  actors: { readonly [kind: string]: AnyActor },
): (id: ActorId) => AnyActor | undefined {
  const byKind = new Map(Object.entries(actors));
  return (id) => byKind.get(kindOf(id));
}
