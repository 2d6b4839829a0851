import type { TrackingStatus } from "../../actors/parcel/status.ts";
import type { Milestone, MilestoneFacts } from "../../projections/outbox/milestones.ts";
import { carrierNameOf, headlineOf, subTextsOf } from "../tracking/page/scene.ts";
import { type Language, textsOf } from "../tracking/languages.ts";
import { type DelayReason, delayReasons } from "../tracking/texts/texts.ts";
import { clockFor, isPast } from "../tracking/times.ts";
import type { Branding, TrackingView } from "../tracking/view.ts";
import { notificationTexts } from "./templates/all.ts";

/** Everything that a message is made from. */
export interface NoticeFacts {
  readonly milestone: Milestone;
  readonly facts: MilestoneFacts;
  readonly language: Language;
  /** An estimate that has passed by then is none. */
  readonly nowMs: number;
  readonly shop: Branding;
  readonly orderNumber: string;
  readonly name?: string;
  /** Where the parcel goes: dates are written as people there do. */
  readonly country?: string;
  readonly lines: readonly { readonly description: string; readonly quantity: number }[];
  /** Of the parcel, when there is one. */
  readonly view?: Pick<TrackingView, "carrierTitle" | "trackingNumber" | "estimatedDelivery">;
  readonly links: NoticeLinks;
}
export interface NoticeLinks {
  /** The customer's page. */
  readonly tracking?: string;
  readonly preferences: string;
  /** Takes a POST by itself (RFC 8058). */
  readonly unsubscribe: string;
  readonly logo?: string;
}

/** What a message says, in words: each channel shows as much of it as it has room for. */
export interface Notice extends NoticeFacts {
  readonly subject: string;
  readonly title: string;
  readonly text: string;
  /** Of the carrier; undefined while there is no parcel. */
  readonly carrier?: string;
  /** When it is expected: `Tuesday, 24 November`. */
  readonly expected?: string;
  readonly tone: "good" | "plain" | "bad";
}

const linesMax = 10;

export function noticeOf(given: NoticeFacts): Notice {
  const { milestone, language, orderNumber, lines } = given, own = notificationTexts[language];
  const expected = expectedOf(given);
  const shown = lines.length > linesMax
    ? [...lines.slice(0, linesMax), { description: own.moreLines(lines.length - linesMax), quantity: 0 }]
    : lines;
  return {
    ...given,
    ...wordsOf(given),
    lines: shown,
    subject: own.subjects[milestone](orderNumber),
    ...(given.view && { carrier: carrierNameOf(textsOf[language], given.view) }),
    ...(expected !== undefined && { expected }),
    tone: toneOf[milestone],
  };
}

const toneOf: { readonly [M in Milestone]: Notice["tone"] } = {
  confirmed: "good",
  shipped: "plain",
  out_for_delivery: "plain",
  delivered: "good",
  ready_for_pickup: "good",
  delayed: "bad",
  exception: "bad",
  attempt_failed: "bad",
};

function wordsOf(
  { milestone, facts, language, view, country }: NoticeFacts,
): { title: string; text: string } {
  const own = notificationTexts[language], page = textsOf[language];
  if (milestone === "confirmed") return own.confirmed;
  if (milestone === "shipped") {
    return { title: own.shipped.title, text: own.shipped.text(view?.carrierTitle) };
  }
  if (milestone === "delayed") {
    const reason = delayReasons.find((known): known is DelayReason => known === facts.reason);
    const revised = facts.revised;
    const day = revised && clockFor(language, country).window({ from: revised, to: revised }, undefined);
    const sentences = [reason && page.delays[reason], day && own.newDay(day)].filter(Boolean);
    return { title: page.page.delayed, text: sentences.join(" ") };
  }
  const status: TrackingStatus = facts.status ?? "unknown", { subStatus } = facts;
  const standing = { status, ...(subStatus !== undefined && { subStatus }) };
  const [says, next] = subTextsOf(page, status, subStatus) ?? [];
  const title = headlineOf(page, standing as TrackingView);
  const detail = says !== undefined && says !== title ? `${says}. ` : "";
  return { title, text: detail + (next ?? page.statuses[status].next) };
}

const expecting: ReadonlySet<Milestone> = new Set(["shipped", "out_for_delivery", "delayed"]);

function expectedOf(given: NoticeFacts): string | undefined {
  const { milestone, language, country, view, facts, nowMs } = given, estimate = view?.estimatedDelivery;
  if (!expecting.has(milestone) || estimate === undefined || facts.revised !== undefined) return undefined;
  return isPast(estimate, undefined, nowMs)
    ? undefined
    : clockFor(language, country).window(estimate, undefined);
}
