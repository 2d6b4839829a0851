import { allProjections } from "../../projections/all.ts";
import { peopleName, peopleSchema } from "../../projections/personal.ts";
import { schemaOf } from "../../projections/projection.ts";
import { effectRows } from "../cli/log_readers.ts";
import { actorsByKind } from "../../actors/registry.ts";
import { type ActorId, kindOf } from "../../actors/ids.ts";
import { isWholeKind } from "../../streams/host/operation.ts";

/** What an operator may pause and resume. */
export type Target =
  | { readonly kind: "actors"; readonly target: ActorId }
  | { readonly kind: "partition"; readonly partition: number }
  /** By its name, without a version: `orders`. Personal data is `people`, effects are `notifications` and `webhooks`. */
  | { readonly kind: "projection"; readonly projection: string };

export const targetForms =
  "sku:85123A (an actor), kind:order (all of a kind), partition:3, projection:orders (its rows)";

/** Undefined for what is none of these. */
export function targetOf(text: string): Target | undefined {
  const partition = /^partition:(\d{1,4})$/.exec(text)?.[1];
  if (partition !== undefined) return { kind: "partition", partition: Number(partition) };
  const rows = /^projection:(\w+)$/.exec(text)?.[1];
  if (rows !== undefined) {
    const projection = projectionNames().find((one) => one === rows);
    return projection === undefined ? undefined : { kind: "projection", projection };
  }
  const target = text as ActorId, kind = isWholeKind(target) ? text.slice("kind:".length) : kindOf(target);
  const named = isWholeKind(target) || text.length > kind.length + 1;
  return named && Object.hasOwn(actorsByKind, kind) ? { kind: "actors", target } : undefined;
}

/** Everything whose rows may be left to rest: by name, how its position is called. */
const projections = (): ReadonlyMap<string, string> =>
  new Map([
    ...allProjections().map((one) => [one.name, schemaOf(one)] as const),
    [peopleName, peopleSchema],
    ...Object.entries(effectRows),
  ]);
export const projectionNames = (): readonly string[] => [...projections().keys()];
/** `orders` → `orders_v2`. */
export const projectionOf = (name: string): string | undefined => projections().get(name);
