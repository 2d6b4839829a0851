import type { Json } from "../../actors/actor.ts";
import { type ActorId, kindOf } from "../../actors/ids.ts";

/** Who is forgotten, by what the data came with. */
export interface Erased {
  readonly actors: ReadonlySet<string>;
  /** Of these, the ones of which the party block of documents stays. */
  readonly kept: ReadonlySet<string>;
}

/**
 * What is left of personal data once its person is erased: the party block of a document that tax law keeps (`{name, address, erased:
 * true}`), else nothing. What belongs to nobody who was erased stays as it is.
 */
export function leftOf({ actors, kept }: Erased, actor: ActorId, personal: Json): Json {
  if (kindOf(actor) === "parcel") return isOf({ actors }, actor, personal) ? null : personal;
  if (!actors.has(actor) || personal === null) return personal;
  if (!kept.has(actor)) return null;
  const { name, address }: { readonly name?: Json; readonly address?: Json } = Object(personal);
  return { ...(name !== undefined && { name }), ...(address !== undefined && { address }), erased: true };
}

/** A parcel may hold goods of several orders: a request names its own, a note may speak of anybody. */
function isOf({ actors }: Pick<Erased, "actors">, parcel: ActorId, personal: Json): boolean {
  const { order }: { readonly order?: unknown } = Object(personal);
  return typeof order === "string" ? actors.has(`order:${order}`) : actors.has(parcel);
}

/** True for what `leftOf` leaves of somebody: it is not what came with the command. */
export function isLeftOver(personal: Json): boolean {
  const { erased }: { readonly erased?: unknown } = Object(personal);
  return personal === null || erased === true;
}
