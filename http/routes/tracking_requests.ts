import { randomBytes } from "node:crypto";
import type { Hono } from "hono";
import { type AskShop, type CustomerRequestKind, customerRequestKinds } from "../../actors/commands.ts";
import { actorId, type ShipmentId } from "../../actors/ids.ts";
import { kindsAt } from "../../actors/parcel/request_status.ts";
import type { Asked } from "../../streams/edge/asking.ts";
import { checkContentType, type Parsed, readBytes } from "../body.ts";
import type { Edge, EdgeContext, EdgeEnv } from "../edge.ts";
import { readOnlyRetryAfterS } from "../read_only.ts";
import { answer, refuse } from "../respond.ts";
import { TokenBuckets } from "../token_buckets.ts";
import { traceparentOf } from "../traceparent.ts";
import type { Language } from "../tracking/languages.ts";
import type { Asking } from "../tracking/page/request.ts";
import type { PageMaker } from "../tracking/page_maker.ts";
import { faultsOf, filledIn, requestIdOf } from "../tracking/requests.ts";
import { formAnswer, parcelPage } from "../tracking/serving.ts";
import type { FormFault } from "../tracking/texts/requests/texts.ts";
import type { TrackingView } from "../tracking/view.ts";

const path = "/t/:token/requests/:kind";
const keyBytes = 12, keyPattern = /^[\w-]{1,64}$/;

/** What a receiver asks the shop for: a form, and what becomes of it. Who has the link may ask; nothing else proves anything. */
export function trackingRequestRoutes(app: Hono<EdgeEnv>, edge: Edge, maker: PageMaker): void {
  const { trackingRequestsPerMinuteMax: perMinute, rateKeysMax } = edge.limits;
  const buckets = new TokenBuckets(edge.nowMs, rateKeysMax);
  const allowance = { perSecond: perMinute / 60, burstMax: perMinute };

  app.get(path, (c) => {
    const kind = kindOf(c);
    if (kind === undefined) return refuse(c, noSuchKind);
    return parcelPage(c, { edge, maker }, (view, language) => {
      const asking = { kind, key: newKey(), filled: beginning(kind, view) };
      if (kindsAt(view.status).includes(kind)) {
        return formAnswer(c, 200, maker.request(view, language, asking));
      }
      return formAnswer(c, 409, maker.request(view, language, { ...asking, refused: "tooLate" }));
    });
  });

  app.post(path, async (c) => {
    const kind = kindOf(c);
    if (kind === undefined) return refuse(c, noSuchKind);
    const form = await readForm(c, edge.limits.trackingFormBytesMax);
    if (!form.ok) return refuse(c, form.refusal);
    return await parcelPage(c, { edge, maker }, async (view, language) => {
      const given = form.value.get("key") ?? "", filled = filledIn(kind, form.value);
      const asking: Asking = { kind, key: keyPattern.test(given) ? given : newKey(), filled };
      const again = (status: number, more: Partial<Asking>, headers: Record<string, string> = {}) =>
        formAnswer(c, status, maker.request(view, language, { ...asking, ...more }), headers);
      if (!isFromOurPage(c, edge)) return again(403, { refused: "elsewhere" });
      if (edge.isReadOnly?.()) {
        return again(statusOf.paused, { refused: "paused" }, { "retry-after": String(readOnlyRetryAfterS) });
      }
      const faults = faultsOf(kind, filled);
      if (Object.keys(faults).length > 0) return again(422, { faults });
      const { retryAfterS } = buckets.take(view.token, allowance);
      if (retryAfterS > 0) return again(429, { refused: "tooFast" }, { "retry-after": String(retryAfterS) });
      const asked = await ask(c, edge, { view, asking });
      const refused = refusedOf(asked);
      return refused === undefined ? seeOther(c, view, language) : again(statusOf[refused], { refused });
    });
  });
}

const noSuchKind = { problem: "not-found", detail: "Cannot find path: there is no such request" } as const;
const newKey = () => randomBytes(keyBytes).toString("base64url");

function kindOf(c: EdgeContext): CustomerRequestKind | undefined {
  return customerRequestKinds.find((kind) => kind === c.req.param("kind"));
}

/** What is known already need not be typed. */
function beginning(kind: CustomerRequestKind, { destinationCountry }: TrackingView): Asking["filled"] {
  return kind === "address_change" && destinationCountry !== undefined ? { country: destinationCountry } : {};
}

async function readForm(c: EdgeContext, bytesMax: number): Promise<Parsed<URLSearchParams>> {
  const wrongType = checkContentType(c.req.header("content-type"), ["application/x-www-form-urlencoded"]);
  if (wrongType !== undefined) return { ok: false, refusal: wrongType };
  const bytes = await readBytes(c, bytesMax);
  return bytes.ok ? { ok: true, value: new URLSearchParams(new TextDecoder().decode(bytes.value)) } : bytes;
}

/**
 * Another site that knows the link could make a browser send the form: browsers say where it came from (Fetch Metadata, W3C), older ones
 * by `Origin`, which is `null` here because our pages send no referrer. Whoever sends neither is no browser, and the link alone lets it in.
 */
function isFromOurPage(c: EdgeContext, { publicUrl }: Edge): boolean {
  const site = c.req.header("sec-fetch-site");
  if (site !== undefined) return site === "same-origin" || site === "none";
  const origin = c.req.header("origin");
  if (origin === undefined || origin === "null") return true;
  const hosts = [publicUrl && new URL(publicUrl).host, c.req.header("host"), new URL(c.req.url).host];
  return URL.canParse(origin) && hosts.includes(new URL(origin).host);
}

async function ask(
  c: EdgeContext,
  edge: Edge,
  { view, asking: { kind, key, filled } }: { readonly view: TrackingView; readonly asking: Asking },
): Promise<Asked> {
  const { token, carrier, trackingNumber, orderId: order, shipmentId } = view;
  const request = requestIdOf(token, kind, key, filled);
  const command: AskShop = { type: "customer_ask", shipment: shipmentId as ShipmentId, request, kind };
  const asked = await edge.ask({
    to: actorId("parcel", `${carrier}:${trackingNumber}`),
    command,
    personal: { request, order, said: { ...filled } },
    patienceMs: edge.limits.patienceMs,
    ...traceparentOf(c.req.header("traceparent")),
  });
  // Whoever goes on to the parcel's page finds the request there.
  if (asked.kind === "answered") edge.ownWrites.note(token, asked.position);
  return asked;
}

/** Why the shop has not got it, or may not have got it: sent again from the same form it counts once. */
function refusedOf(asked: Asked): FormFault | undefined {
  if (asked.kind !== "answered") return "uncertain";
  if (asked.answer.ok) return undefined;
  return asked.answer.rejection.reason === "too-many-customer-requests" ? "tooMany" : "tooLate";
}

const statusOf: { readonly [F in FormFault]: number } = {
  tooLate: 409,
  tooMany: 409,
  tooFast: 429,
  uncertain: 503,
  paused: 503,
  elsewhere: 403,
};

function seeOther(c: EdgeContext, { token }: TrackingView, language: Language): Response {
  return answer(c, 303, "", { location: `/t/${token}?lang=${language}#help`, "cache-control": "no-store" });
}
