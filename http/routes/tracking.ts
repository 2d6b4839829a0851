import type { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import type { Edge, EdgeContext, EdgeEnv } from "../edge.ts";
import { tagged } from "../reading/tagged.ts";
import { answer, refuse } from "../respond.ts";
import { trackingUrlOf } from "./shipments.ts";
import { trackingRequestRoutes } from "./tracking_requests.ts";
import { follow } from "../tracking/follow.ts";
import { type PageMaker, pageMaker } from "../tracking/page_maker.ts";
import { publicTracking } from "../tracking/public.ts";
import { findParcel, languageOf, pageAnswer, parcelPage, unlisted } from "../tracking/serving.ts";
import type { TrackingDesk, TrackingView } from "../tracking/view.ts";
import { TrackingWatch } from "../tracking/watch.ts";

/** What everybody with the link may see of a parcel: as JSON, as a page, and live. Nothing is found on an edge without a desk. */
export function trackingRoutes(app: Hono<EdgeEnv>, edge: Edge): void {
  const maker = pageMaker(edge.tracking?.branding ?? { name: "Waybill" }, edge.nowMs);
  const desk = edge.tracking?.desk;
  app.get("/v1/tracking/:token", async (c) => {
    const view = await findParcel(edge, c.req.param("token"));
    if (view === undefined) return unknownParcel(c);
    return tagged(c, { body: publicTracking(view), fresh: true, headers: unlisted });
  });
  assetRoute(app, maker);
  app.get(
    "/t/:token",
    (c) =>
      parcelPage(
        c,
        { edge, maker },
        async (view, language) => pageAnswer(c, 200, await maker.page(view, language)),
      ),
  );
  calendarRoute(app, edge, maker);
  trackingRequestRoutes(app, edge, maker);
  eventRoute(app, edge, maker, desk);
}

function eventRoute(app: Hono<EdgeEnv>, edge: Edge, maker: PageMaker, desk: TrackingDesk | undefined): void {
  const { limits } = edge;
  const watch = desk && openWatch(edge, desk);
  let streams = 0;
  app.get("/t/:token/events", async (c) => {
    const token = c.req.param("token"), view = await findParcel(edge, token);
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
    const language = languageOf(c, maker, view);
    const updateOf = (news: TrackingView) => maker.update(news, language);
    const followed = { watch, token, view, seen, updateOf };
    c.header("x-robots-tag", unlisted["x-robots-tag"]);
    c.header("x-accel-buffering", "no"); // nginx would keep the news to itself.
    return streamSSE(
      c,
      (stream) => follow(edge, stream, followed).finally(() => streams--),
      (error) => {
        edge.report(error, c.get("requestId"));
        return Promise.resolve();
      },
    );
  });
}

function openWatch(edge: Edge, desk: TrackingDesk): TrackingWatch {
  const { limits, tracking, queries } = edge, news = tracking?.news;
  const watch = new TrackingWatch(desk, {
    pollMs: news ? limits.trackingPollMs : limits.eventPollMs,
    loadsMax: limits.trackingLoadsMax,
    reached: (position) => queries.reads("parcels").reached(position, limits.positionWaitMsMax),
    report: (error) => edge.report(error, "tracking-watch"),
    closing: edge.closing,
  });
  news?.listen(watch);
  return watch;
}

function calendarRoute(app: Hono<EdgeEnv>, edge: Edge, maker: PageMaker): void {
  app.get("/t/:token/delivery.ics", async (c) => {
    const view = await findParcel(edge, c.req.param("token"));
    if (view === undefined) return unknownParcel(c);
    const language = languageOf(c, maker, view);
    const entry = await maker.calendar(view, language, trackingUrlOf(c, edge, view.token));
    if (entry === undefined) {
      return refuse(c, {
        problem: "not-found",
        detail: "Cannot make a calendar entry: no delivery is expected",
      });
    }
    const disposition = 'attachment; filename="delivery.ics"';
    return answer(c, 200, entry, {
      "content-type": "text/calendar; charset=utf-8",
      "content-disposition": disposition,
      "cache-control": "private, no-store",
      ...unlisted,
    });
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

function unknownParcel(c: EdgeContext): Response {
  return refuse(c, {
    problem: "unknown-parcel",
    detail: "Cannot find parcel: no link with this token is valid",
  });
}
