import { createHash } from "node:crypto";
import { Fault } from "../../streams/faults.ts";
import type { Edge, EdgeContext } from "../edge.ts";
import { isFresh } from "../reading/positions.ts";
import { answer } from "../respond.ts";
import type { Language } from "./languages.ts";
import type { PageMaker } from "./page_maker.ts";
import type { TrackingView } from "./view.ts";

/** For whoever has the link, and for no search engine. */
export const unlisted = { "x-robots-tag": "noindex, nofollow, noarchive" };

/** The parcel of a link; undefined when no such link is valid. Throws a `Fault` when that cannot be read. */
export async function findParcel(edge: Edge, token: string): Promise<TrackingView | undefined> {
  const desk = edge.tracking?.desk, written = edge.ownWrites.of(token);
  if (desk === undefined || !/^[\w-]{1,128}$/.test(token)) return undefined;
  if (written) await isFresh(edge.queries.reads("parcels", "orders"), written, edge.limits.positionWaitMsMax);
  return await desk.byToken(token);
}

export function languageOf(c: EdgeContext, maker: PageMaker, view: TrackingView | undefined): Language {
  return maker.languageOf(view, { chosen: c.req.query("lang"), accepted: c.req.header("accept-language") });
}

/** A page of a parcel, or the page that says that there is none, or that nothing can be read now. */
export async function parcelPage(
  c: EdgeContext,
  { edge, maker }: { readonly edge: Edge; readonly maker: PageMaker },
  write: (view: TrackingView, language: Language) => Promise<Response> | Response,
): Promise<Response> {
  try {
    const view = await findParcel(edge, c.req.param("token") ?? "");
    const language = languageOf(c, maker, view);
    if (view === undefined) return pageAnswer(c, 404, maker.unknown(language));
    return await write(view, language);
  } catch (error) {
    if (!(error instanceof Fault && error.retry)) throw error;
    return pageAnswer(c, 503, maker.down(languageOf(c, maker, undefined)), { "retry-after": "5" });
  }
}

/** A page with its tag, or 304 when the browser has it. */
export function pageAnswer(
  c: EdgeContext,
  status: number,
  text: string,
  more: Record<string, string> = {},
): Response {
  const etag = `"${createHash("sha256").update(text).digest("base64url").slice(0, 27)}"`;
  const headers = { ...pageHeaders("none"), "cache-control": "private, no-cache", etag, ...more };
  const known = c.req.header("if-none-match")?.split(",").some((one) =>
    one.trim().replace(/^W\//, "") === etag
  );
  return status === 200 && known ? c.body(null, 304, headers) : answer(c, status, text, headers);
}

/** A page with a form, which is nobody's to keep. */
export function formAnswer(
  c: EdgeContext,
  status: number,
  text: string,
  more: Record<string, string> = {},
): Response {
  return answer(c, status, text, { ...pageHeaders("self"), "cache-control": "private, no-store", ...more });
}

function pageHeaders(formAction: "none" | "self"): Record<string, string> {
  return {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": `${policy}; form-action '${formAction}'`,
    "vary": "accept-language",
    ...unlisted,
  };
}

/** Everything comes from here, and nothing stands in the page itself: no inline script, no inline style. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
  "base-uri 'none'; frame-ancestors 'none'";
