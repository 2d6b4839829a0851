import { type ActorId, actorId, type LocationCode } from "../ids.ts";
import type { Draft } from "./draft.ts";
import { returnEvent, type ReturnLine } from "./return_events.ts";
import { begin } from "./work.ts";

/** No request of the API has this name. */
const request = "arrival";

/** What was not announced is received by being told of, whole. */
export function arrive(draft: Draft, location: LocationCode, atMs: number): void {
  const { lines, by } = draft.state, operation = 1, asked = { operation, request, fingerprint: request, by };
  draft.emit(returnEvent("order_return.receipt_asked", { ...asked, location, lines, atMs }));
  begin(draft, operation);
}

/** Whom goods concern that come to a location. */
export function stockAt(location: LocationCode, lines: readonly ReturnLine[]): ActorId[] {
  return [actorId("location", location), ...lines.map(({ sku }) => actorId("sku", sku))];
}
