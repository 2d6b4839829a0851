import { allProjections } from "../all.ts";
import type { Sql, Tx } from "../database.ts";
import type { Projection } from "../projection.ts";

const copied =
  "it holds what PERSONAL says, where people are erased: a second copy, or one that is kept, would still know them";
const world =
  "it says what was done in the world, which cannot be made again from the log: it would all be done again";

/** Schemas whose rows are not derived from EVENTS alone, and why they are never made again. */
export const notRebuilt: { readonly [name: string]: string } = {
  outbox: world,
  webhooks: world,
  inbox: "it holds messages that would have been sent, in development",
  polling: "it says when carriers were asked, which no event tells",
  people: copied,
};

/** The projection of that name; `does` completes "Cannot". Throws for one that there is none of, or that is never made again. */
export function rebuildable(
  name: string,
  does: "rebuild" | "roll back" | "discard" = "rebuild",
): Projection<Sql, Tx> {
  const found = allProjections().find((projection) => projection.name === name);
  if (found) return found;
  const why = notRebuilt[name];
  if (why !== undefined) throw new Error(`Cannot ${does} ${name}: ${why}`);
  throw new Error(
    `Cannot ${does} ${name}: there is ${allProjections().map((projection) => projection.name).join(", ")}`,
  );
}
