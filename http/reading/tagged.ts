import { createHash } from "node:crypto";
import type { Page } from "../../projections/queries.ts";
import type { EdgeContext } from "../edge.ts";
import { json } from "../respond.ts";

interface Tagged {
  readonly body: unknown;
  readonly fresh: boolean;
  /** What the tag is taken of when it is not the whole body: two bodies with equal content get one weak tag. */
  readonly content?: unknown;
  readonly headers?: Record<string, string>;
}

/** A 200 with an ETag, or a 304 when the caller has it already. */
export function tagged(c: EdgeContext, { body, fresh, content, headers = {} }: Tagged): Response {
  const hash = createHash("sha256").update(JSON.stringify(content ?? body)).digest("base64url").slice(0, 27);
  const etag = `${content === undefined ? "" : "W/"}"${hash}"`;
  const all: Record<string, string> = { etag, "cache-control": "private, no-cache", ...headers };
  if (!fresh) all["waybill-stale"] = "true";
  if (matches(c.req.header("if-none-match"), etag)) return c.body(null, 304, all);
  return json(c, 200, body, all);
}

/** One page of a list, and where the next one is. */
export function taggedPage(
  c: EdgeContext,
  { page: { items, next }, fresh }: { readonly page: Page<unknown>; readonly fresh: boolean },
): Response {
  if (next === undefined) return tagged(c, { body: { items }, fresh });
  const query = new URLSearchParams(c.req.query());
  query.set("cursor", next);
  const headers = { link: `<${c.req.path}?${query}>; rel="next"` };
  return tagged(c, { body: { items, next }, fresh, headers });
}

/** The weak comparison of RFC 9110. */
function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  const bare = (tag: string) => tag.trim().replace(/^W\//, "");
  return header.trim() === "*" || header.split(",").some((tag) => bare(tag) === bare(etag));
}
