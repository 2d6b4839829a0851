import { isDeepStrictEqual } from "node:util";
import type { ActorId } from "../../actors/ids.ts";
import { actorFor } from "../../actors/registry.ts";

/** True when the state is what was encoded, as far as the actor's own `encode` tells. */
export function sameState(id: ActorId, state: unknown, encoded: unknown): boolean {
  return encodesAs(id, state, JSON.stringify(encoded));
}

/** The same, of what was encoded as JSON. */
export function encodesAs(id: ActorId, state: unknown, json: string): boolean {
  const own = JSON.stringify(actorFor(id).encode(state));
  return own === json || isDeepStrictEqual(JSON.parse(own), JSON.parse(json));
}
