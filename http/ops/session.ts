import { Buffer } from "node:buffer";
import { randomBytes, timingSafeEqual } from "node:crypto";
import { generateCookie, getCookie } from "hono/cookie";
import { z } from "zod";
import type { EdgeContext } from "../edge.ts";
import type { ConsoleDesk, Operator } from "./console.ts";
import { jsonOf } from "../../streams/json_of.ts";

/** An operator who has signed in. */
export interface Session {
  readonly operator: Operator;
  readonly endsAtMs: number;
  /** What our own forms prove that they are ours by. */
  readonly formToken: string;
}

const cookie = "waybill_ops", path = "/ops";
const cookieCharsMax = 1_024, nonceBytes = 12;
const written = z.object({ key: z.string(), ends: z.int(), nonce: z.string() });

/** Headers of an answer. */
type Headers = Readonly<Record<string, string>>;
type Signing = Pick<ConsoleDesk, "operatorNamed" | "sign">;

/**
 * Begins a session. The cookie names the key and says until when; its MAC covers the key's stamp, which is not in it: a key that is
 * revoked or replaced ends its sessions, and the cookie is of no use to anything but these pages.
 */
export function beginSession(
  c: EdgeContext,
  desk: Signing,
  { operator, endsAtMs, nowMs }: Pick<Session, "operator" | "endsAtMs"> & { readonly nowMs: number },
): Headers {
  const nonce = randomBytes(nonceBytes).toString("base64url");
  const said = JSON.stringify({ key: operator.keyId, ends: endsAtMs, nonce });
  const text = Buffer.from(said).toString("base64url");
  const value = `${text}.${desk.sign(`session ${text} ${operator.stamp}`)}`;
  return cookieOf(c, value, Math.max(1, Math.floor((endsAtMs - nowMs) / 1_000)));
}

export function endSession(c: EdgeContext): Headers {
  return cookieOf(c, "", 0);
}

/** Undefined for a cookie that is not there, not ours, over, or of a key that may no longer operate. */
export function sessionOf(c: EdgeContext, desk: Signing, nowMs: number): Session | undefined {
  const value = getCookie(c, cookie) ?? "";
  const [text, mac] = value.length <= cookieCharsMax ? value.split(".") : [];
  if (text === undefined || mac === undefined) return undefined;
  const said = parsed(Buffer.from(text, "base64url").toString());
  if (said === undefined || said.ends <= nowMs) return undefined;
  const operator = desk.operatorNamed(said.key);
  if (operator === undefined) return undefined;
  if (!isSame(mac, desk.sign(`session ${text} ${operator.stamp}`))) return undefined;
  return { operator, endsAtMs: said.ends, formToken: desk.sign(`form ${text} ${operator.stamp}`) };
}

/**
 * Whether a form was sent from our own page. Browsers say where it came from (Fetch Metadata, W3C), over plain HTTP by `Origin` alone;
 * with a session, the form's own token has to be right as well.
 */
export function isOurForm(c: EdgeContext, given: string | null, session: Session | undefined): boolean {
  if (session !== undefined && !isSame(given ?? "", session.formToken)) return false;
  const site = c.req.header("sec-fetch-site");
  if (site !== undefined) return site === "same-origin";
  const origin = c.req.header("origin");
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === c.req.header("host");
}

function cookieOf(c: EdgeContext, value: string, maxAgeS: number): Headers {
  const secure = new URL(c.req.url).protocol === "https:" || c.req.header("x-forwarded-proto") === "https";
  const attributes = { path, httpOnly: true, sameSite: "Strict", secure, maxAge: maxAgeS } as const;
  return { "set-cookie": generateCookie(cookie, value, attributes) };
}

/** Whoever made another one, we did not. */
const parsed = (text: string): z.output<typeof written> | undefined => written.safeParse(jsonOf(text)).data;

function isSame(one: string, other: string): boolean {
  const [given, expected] = [Buffer.from(one), Buffer.from(other)];
  return given.length === expected.length && timingSafeEqual(given, expected);
}
