import { Map } from "immutable";
import { assert, type Json } from "../actor.ts";
import type { HoldId } from "../ids.ts";
import {
  type Aside,
  byPriority,
  type Claim,
  initialSku,
  type LocationStock,
  type SkuState,
  type Supply,
} from "./sku_state.ts";

/** Claims in one chunk of a state that is written in slices. */
const claimsPerChunkMax = 2000;

/** All of a state but its claims and queue; the queue is in the claims' own places. */
type Head = Omit<SkuState, "claims" | "queue" | "locations" | "asides" | "supplies"> & {
  readonly locations: readonly StoredLocation[];
  readonly asides: readonly Aside[];
  readonly supplies: readonly Supply[];
};
/** JSON has no `undefined`. */
type StoredLocation = Omit<LocationStock, "priority"> & { readonly priority?: number | null };

/**
 * The state in slices, made one at a time as they are asked for: the head, then the claims. The state is immutable, so the slices
 * belong together whatever happens in between. Claims come in no particular sequence.
 */
export function* encodeChunks(state: SkuState): Generator<Json> {
  yield stored(headOf(state));
  let chunk: Claim[] = [];
  for (const claim of state.claims.values()) {
    chunk.push(claim);
    if (chunk.length < claimsPerChunkMax) continue;
    yield stored(chunk);
    chunk = [];
  }
  if (chunk.length > 0) yield stored(chunk);
}

function headOf(state: SkuState): Head {
  const { claims: _, queue: __, asides, supplies, ...rest } = state;
  return {
    ...rest,
    asides: [...asides.values()].sort((a, b) => a.aside < b.aside ? -1 : 1),
    supplies: [...supplies.values()].sort((a, b) => a.supply < b.supply ? -1 : 1),
  };
}

export function decodeChunks(chunks: Iterable<Json>): SkuState {
  const [head, ...slices] = chunks as Iterable<never>;
  assert(head !== undefined, "Cannot decode a SKU: it has no head");
  const { locations, asides, supplies, ...rest } = head as Head;
  const claims = initialSku("").claims.asMutable(), queue = Map<number, HoldId>().asMutable();
  for (const slice of slices) {
    for (const claim of slice as readonly Claim[]) {
      claims.set(claim.hold, claim);
      if (claim.queued > 0) queue.set(claim.place, claim.hold);
    }
  }
  return {
    ...rest,
    locations: locations.map((stock) => ({ ...stock, priority: stock.priority })).sort(byPriority),
    asides: Map(asides.map((aside) => [aside.aside, aside])),
    supplies: Map(supplies.map((supply) => [supply.supply, supply])),
    claims: claims.asImmutable(),
    queue: queue.asImmutable(),
  };
}

/** The same as one value, and always the same for the same state: the claims by age. */
export function encode(state: SkuState): Json {
  const claims = [...state.claims.values()].sort((a, b) => a.ordinal - b.ordinal);
  return { head: stored(headOf(state)), claims: stored(claims) };
}

/** An interface is not seen as JSON by the compiler, though ours are nothing else; the round-trip property proves it. */
const stored = (value: object): Json => value as Json;

export function decode(json: Json): SkuState {
  const { head, claims } = json as { readonly head: Json; readonly claims: Json };
  return decodeChunks([head, claims]);
}
