import type { Page } from "../../projections/queries.ts";
import type { EdgeContext } from "../edge.ts";
import { tagged } from "./tagged.ts";

/** A page of a list, with the way to the next one. */
export function pageOf(c: EdgeContext, { items, next }: Page<unknown>, fresh: boolean): Response {
  if (next === undefined) return tagged(c, { body: { items }, fresh });
  const query = new URLSearchParams(c.req.query());
  query.set("cursor", next);
  return tagged(c, {
    body: { items, next },
    fresh,
    headers: { link: `<${c.req.path}?${query}>; rel="next"` },
  });
}
