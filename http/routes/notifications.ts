import type { Hono } from "hono";
import { readFileSync } from "node:fs";
import { type Audience } from "../../projections/outbox/audience.ts";
import { type Milestone, milestones } from "../../projections/outbox/milestones.ts";
import { type Channel, recipientOf } from "../../projections/outbox/recipients.ts";
import { readBytes, readJson } from "../body.ts";
import type { Edge, EdgeContext, EdgeEnv } from "../edge.ts";
import { preferencesPage, unsubscribePage } from "../notifications/page/preferences_page.ts";
import { isSubscription, type Preferences } from "../notifications/preferences.ts";
import { milestonesNamed } from "../notifications/templates/texts.ts";
import { refusalOf } from "../outgoing/outgoing.ts";
import { readOnlyRetryAfterS } from "../read_only.ts";
import { answer, refuse } from "../respond.ts";
import { dressOf } from "../tracking/branding.ts";
import { type Language, languageFor } from "../tracking/languages.ts";
import { unknownDocument } from "../tracking/page/document.ts";

/** What people can say of the messages that they get. */
export interface NotificationDesk {
  readonly preferences: Preferences;
  audience(key: string): Promise<Audience | undefined>;
  /** Absent: browsers cannot be told. */
  readonly pushKey?: string;
  readonly outgoingPrivate: boolean;
}

const bodyBytesMax = 8 * 1024;
const ownChannels = ["email", "sms"] as const;
type OwnChannel = (typeof ownChannels)[number];

/** The pages behind a message's links, and browsers that want to be told. Nothing is found on an edge without a desk. */
export function notificationRoutes(app: Hono<EdgeEnv>, edge: Edge): void {
  const desk = edge.notifications;
  if (desk === undefined) return;
  const branding = edge.tracking?.branding ?? { name: "Waybill" }, dress = dressOf(branding);
  assetRoutes(app);

  app.get("/t/:key/notifications", async (c) => {
    const { key, audience, language } = await opened(c, desk);
    if (audience === undefined) return written(c, 404, unknownDocument(language, branding, dress.assets));
    const off = await offOf(desk, audience),
      said = c.req.query("saved") === "1" ? "saved" as const : undefined;
    const shown = { language, branding, dress, key, audience, off, ...(said && { said }) };
    return written(c, 200, preferencesPage({ ...shown, ...pushOf(desk) }));
  });
  app.post("/t/:key/notifications", async (c) => {
    const { key, audience, language } = await opened(c, desk);
    if (audience === undefined) return written(c, 404, unknownDocument(language, branding, dress.assets));
    const form = await formOf(c);
    if (form instanceof Response) return form;
    const off = chosenOff(form, (await offOf(desk, audience)).keys());
    if (edge.isReadOnly?.()) {
      const shown = { language, branding, dress, key, audience, off, said: "paused" as const };
      return written(c, 503, preferencesPage({ ...shown, ...pushOf(desk) }));
    }
    for (const [channel, chosen] of off) await turnOff(desk, audience, channel, chosen);
    const location = `/t/${key}/notifications?lang=${language}&saved=1`;
    return answer(c, 303, "", { location, ...unlisted });
  });
  app.get("/t/:key/unsubscribe", async (c) => {
    const { key, audience, language } = await opened(c, desk);
    if (audience === undefined) return written(c, 404, unknownDocument(language, branding, dress.assets));
    return written(c, 200, unsubscribePage({ language, branding, dress, key, stopped: false }));
  });
  // By a person, or by the mail program itself (RFC 8058): neither has to say more than where.
  app.post("/t/:key/unsubscribe", async (c) => {
    const { key, audience, language } = await opened(c, desk);
    if (audience === undefined) return written(c, 404, unknownDocument(language, branding, dress.assets));
    if (edge.isReadOnly?.()) {
      return written(
        c,
        503,
        unsubscribePage({ language, branding, dress, key, stopped: false, said: "paused" }),
      );
    }
    for (const channel of stoppedBy(audience)) await turnOff(desk, audience, channel, milestones);
    return written(c, 200, unsubscribePage({ language, branding, dress, key, stopped: true }));
  });
  pushRoutes(app, desk);
}

function pushRoutes(app: Hono<EdgeEnv>, desk: NotificationDesk): void {
  app.post("/t/:key/push", async (c) => {
    const { audience } = await opened(c, desk);
    if (audience === undefined || desk.pushKey === undefined) return unknown(c);
    const body = await readJson(c, bodyBytesMax);
    if (!body.ok) return refuse(c, body.refusal);
    if (!isSubscription(body.value)) return notOne(c, "it is no push subscription");
    const { endpoint, keys: { p256dh, auth } } = body.value;
    const refusal = refusalOf(endpoint, { allowPrivate: desk.outgoingPrivate });
    if (refusal !== undefined) return notOne(c, refusal);
    const taken = await desk.preferences.subscribe(audience.orderId, { endpoint, keys: { p256dh, auth } });
    return taken ? c.body(null, 204, unlisted) : notOne(c, "too many browsers are told already");
  });
  app.delete("/t/:key/push", async (c) => {
    const { audience } = await opened(c, desk);
    if (audience === undefined) return unknown(c);
    const body = await readJson(c, bodyBytesMax);
    if (!body.ok) return refuse(c, body.refusal);
    if (!isSubscription(body.value)) return notOne(c, "it is no push subscription");
    await desk.preferences.unsubscribe(audience.orderId, body.value.endpoint);
    return c.body(null, 204, unlisted);
  });
}

async function opened(c: EdgeContext, desk: NotificationDesk) {
  const key = c.req.param("key") ?? "";
  const audience = /^[\w-]{1,128}$/.test(key) ? await desk.audience(key) : undefined;
  const wishes = { chosen: c.req.query("lang"), accepted: c.req.header("accept-language") };
  const language: Language = languageFor({ ...wishes, customers: audience?.customer.language });
  return { key, audience, language };
}

const pushOf = ({ pushKey }: NotificationDesk) => ({ ...(pushKey !== undefined && { pushKey }) });

/** A box that is not ticked is not sent. */
function chosenOff(
  form: URLSearchParams,
  channels: Iterable<OwnChannel>,
): Map<OwnChannel, readonly Milestone[]> {
  return new Map(Array.from(channels, (channel) => {
    const on = milestonesNamed(form.getAll(channel));
    return [channel, milestones.filter((one) => !on.includes(one))];
  }));
}

const addressOf = ({ customer }: Audience, channel: OwnChannel) =>
  channel === "email" ? customer.email : customer.phone;

async function offOf(
  desk: NotificationDesk,
  audience: Audience,
): Promise<Map<OwnChannel, readonly Milestone[]>> {
  const off = new Map<OwnChannel, readonly Milestone[]>();
  for (const channel of ownChannels) {
    const address = addressOf(audience, channel);
    if (address !== undefined) {
      off.set(channel, await desk.preferences.off(channel, recipientOf(channel, address)));
    }
  }
  return off;
}

async function turnOff(
  desk: NotificationDesk,
  audience: Audience,
  channel: OwnChannel,
  off: readonly Milestone[],
): Promise<void> {
  const address = addressOf(audience, channel);
  if (address !== undefined) await desk.preferences.setOff(channel, recipientOf(channel, address), off);
}

/** The channel that the link came by; from a parcel's page, all that there are. */
function stoppedBy({ channel }: Audience): readonly OwnChannel[] {
  const isOwn = (one: Channel | undefined): one is OwnChannel => one === "email" || one === "sms";
  return isOwn(channel) ? [channel] : ownChannels;
}

async function formOf(c: EdgeContext): Promise<URLSearchParams | Response> {
  const body = await readBytes(c, bodyBytesMax);
  if (!body.ok) return refuse(c, body.refusal);
  return new URLSearchParams(new TextDecoder().decode(body.value));
}

const unknown = (c: EdgeContext) =>
  refuse(c, { problem: "unknown-parcel", detail: "Cannot find parcel: no link with this token is valid" });
const notOne = (c: EdgeContext, why: string) =>
  refuse(c, { problem: "invalid-request", detail: `Cannot tell this browser: ${why}` });

const assets = {
  "preferences.css": "text/css; charset=utf-8",
  "preferences.js": "text/javascript; charset=utf-8",
  "push_worker.js": "text/javascript; charset=utf-8",
} as const;

function assetRoutes(app: Hono<EdgeEnv>): void {
  for (const [name, type] of Object.entries(assets)) {
    const body = readFileSync(new URL(`../notifications/page/${name}`, import.meta.url), "utf8");
    app.get(
      `/t/assets/${name}`,
      (c) => answer(c, 200, body, { "content-type": type, "cache-control": "public, max-age=300" }),
    );
  }
}

const unlisted = { "x-robots-tag": "noindex, nofollow, noarchive", "cache-control": "no-store" };

function written(c: EdgeContext, status: 200 | 404 | 503, text: string): Response {
  return answer(c, status, text, {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": policy,
    "vary": "accept-language",
    ...(status === 503 && { "retry-after": String(readOnlyRetryAfterS) }),
    ...unlisted,
  });
}

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
  "worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
