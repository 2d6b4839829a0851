import type { Json } from "./actor.ts";

/** Plain data as JSON: interfaces lack the index signature that `Json` asks for. Not for classes, maps or bigint. */
export function asJson(plain: object): Json {
  return plain as Json;
}

/** A snapshot of a state that is plain data, as its own `encode` wrote it: which one it is, its schema has said before (`schemaOf`). */
export function stateFrom<State extends object>(json: Json): State {
  return json as unknown as State;
}
