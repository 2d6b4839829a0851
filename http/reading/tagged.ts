import { createHash } from "node:crypto";
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
  const all = { ...taggedHeaders(content ?? body, { fresh, weak: content !== undefined }), ...headers };
  return isKnown(c, all.etag) ? c.body(null, 304, all) : json(c, 200, body, all);
}

/** The headers of an answer that is known by this content: a strong tag where equal content means equal bytes. */
export function taggedHeaders(content: unknown, { fresh, weak }: { fresh: boolean; weak: boolean }) {
  const hash = createHash("sha256").update(JSON.stringify(content)).digest("base64url").slice(0, 27);
  return {
    etag: `${weak ? "W/" : ""}"${hash}"`,
    "cache-control": "private, no-cache",
    ...(!fresh && { "waybill-stale": "true" }),
  };
}

/** The weak comparison of RFC 9110 with what the caller has. */
export function isKnown(c: EdgeContext, etag: string): boolean {
  const header = c.req.header("if-none-match");
  if (header === undefined) return false;
  const bare = (tag: string) => tag.trim().replace(/^W\//, "");
  return header.trim() === "*" || header.split(",").some((tag) => bare(tag) === bare(etag));
}
