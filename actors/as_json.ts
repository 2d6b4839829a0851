import type { Json } from "./actor.ts";

/** Plain data as JSON: interfaces lack the index signature that `Json` asks for. Not for classes, maps or bigint. */
export function asJson(plain: object): Json {
  return plain as Json;
}
