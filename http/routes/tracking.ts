import type { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import { createHash } from "node:crypto";
import type { Edge, EdgeContext, EdgeEnv } from "../edge.ts";
import { isFresh } from "../reading/positions.ts";
import { tagged } from "../reading/tagged.ts";
import { answer, refuse } from "../respond.ts";
import { follow } from "../tracking/follow.ts";
import { type PageMaker, pageMaker } from "../tracking/page_maker.ts";
import { publicTracking } from "../tracking/public.ts";
import type { TrackingDesk, TrackingView } from "../tracking/view.ts";
import { TrackingWatch } from "../tracking/watch.ts";

/** What everybody with the link may see of a parcel: as JSON, as a page, and live. Nothing is found on an edge without a desk. */
export function trackingRoutes(app: Hono<EdgeEnv>, edge: Edge): void {
  const maker = pageMaker(edge.tracking?.branding ?? { name: "Waybill" });
  const desk = edge.tracking?.desk;
  app.get("/v1/tracking/:token", async (c) => {
    const view = await find(edge, c.req.param("token"));
    if (view === undefined) return unknownParcel(c);
    return tagged(c, { body: publicTracking(view), fresh: true, headers: unlisted });
  });
  assetRoute(app, maker);
  app.get("/t/:token", async (c) => {
    const token = c.req.param("token"), view = await find(edge, token);
    const language = languageOf(c, maker, view);
    return view === undefined
      ? written(c, 404, maker.unknown(language))
      : written(c, 200, await maker.page(view, token, language));
  });
  eventRoute(app, edge, maker, desk);
}

function eventRoute(app: Hono<EdgeEnv>, edge: Edge, maker: PageMaker, desk: TrackingDesk | undefined): void {
  const { limits } = edge;
  const watch = desk && new TrackingWatch(desk, {
    pollMs: limits.eventPollMs,
    loadsMax: limits.trackingLoadsMax,
    report: (error) => edge.report(error, "tracking-watch"),
    closing: edge.closing,
  });
  let streams = 0;
  app.get("/t/:token/events", async (c) => {
    const token = c.req.param("token"), view = await find(edge, token);
    if (watch === undefined || view === undefined) return unknownParcel(c);
    if (c.req.method === "HEAD") {
      return answer(c, 200, "", { "content-type": "text/event-stream", ...unlisted });
    }
    if (streams >= limits.trackingStreamsMax || watch.watching(token) >= limits.trackingStreamsPerTokenMax) {
      const detail = "Cannot open event stream: too many are open";
      return refuse(c, { problem: "overloaded", detail, retryAfterS: 5 });
    }
    streams++;
    const seen = c.req.header("last-event-id") ?? c.req.query("revision");
    const language = languageOf(c, maker, view),
      updateOf = (news: TrackingView) => maker.update(news, language);
    c.header("x-robots-tag", unlisted["x-robots-tag"]);
    c.header("x-accel-buffering", "no"); // nginx would keep the news to itself.
    return streamSSE(
      c,
      (stream) => follow(edge, stream, { watch, token, view, seen, updateOf }).finally(() => streams--),
      (error) => {
        edge.report(error, c.get("requestId"));
        return Promise.resolve();
      },
    );
  });
}

function assetRoute(app: Hono<EdgeEnv>, { dress }: PageMaker): void {
  app.get("/t/assets/:name", (c) => {
    const asset = dress.files.get(c.req.param("name"));
    if (asset === undefined) {
      return refuse(c, { problem: "not-found", detail: "Cannot find path: the page has no such part" });
    }
    const forEver = c.req.query("v") !== undefined;
    return c.body(asset.body, 200, {
      "content-type": asset.type,
      "cache-control": forEver ? "public, max-age=31536000, immutable" : "public, max-age=300",
      // A logo that is opened by itself may be an SVG with scripts.
      "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    });
  });
}

async function find(edge: Edge, token: string): Promise<TrackingView | undefined> {
  const desk = edge.tracking?.desk, written = edge.ownWrites.of(token);
  if (desk === undefined || !/^[\w-]{1,128}$/.test(token)) return undefined;
  if (written) await isFresh(edge.queries, written, edge.limits.positionWaitMsMax);
  return await desk.byToken(token);
}

function unknownParcel(c: EdgeContext): Response {
  return refuse(c, {
    problem: "unknown-parcel",
    detail: "Cannot find parcel: no link with this token is valid",
  });
}

function languageOf(c: EdgeContext, maker: PageMaker, view: TrackingView | undefined) {
  return maker.languageOf(view, { chosen: c.req.query("lang"), accepted: c.req.header("accept-language") });
}

const unlisted = { "x-robots-tag": "noindex, nofollow, noarchive" };

/** A page with its tag, or 304 when the browser has it. */
function written(c: EdgeContext, status: 200 | 404, text: string): Response {
  const etag = `"${createHash("sha256").update(text).digest("base64url").slice(0, 27)}"`;
  const headers = {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": policy,
    "cache-control": "private, no-cache",
    "vary": "accept-language",
    etag,
    ...unlisted,
  };
  const known = c.req.header("if-none-match")?.split(",").some((one) =>
    one.trim().replace(/^W\//, "") === etag
  );
  return status === 200 && known ? c.body(null, 304, headers) : answer(c, status, text, headers);
}

/** Everything comes from here, and nothing stands in the page itself: no inline script, no inline style. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
