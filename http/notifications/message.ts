import { mailHtml } from "./mail_html.ts";
import { mailText } from "./mail_text.ts";
import type { Notice } from "./notice.ts";
import type { Overrides } from "./overrides.ts";
import { smsText } from "./sms_text.ts";

/** A message for one channel. */
export interface Message {
  readonly subject?: string;
  readonly text: string;
  readonly html?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const subjectCharsMax = 200;

export function mailOf(notice: Notice, overrides: Overrides): Message {
  return {
    subject: oneLine(overrides("subject", notice) ?? `${notice.subject} · ${notice.shop.name}`),
    text: overrides("txt", notice) ?? mailText(notice),
    html: overrides("html", notice) ?? mailHtml(notice),
    headers: {
      "Auto-Submitted": "auto-generated",
      "X-Auto-Response-Suppress": "All",
      "Content-Language": notice.language,
      "List-Unsubscribe": `<${notice.links.unsubscribe}>`,
      "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    },
  };
}

export const smsOf = (notice: Notice, overrides: Overrides): Message => ({
  text: overrides("sms", notice) ?? smsText(notice),
});

/** What a browser shows: little, and where it leads. */
export const pushOf = ({ title, text, links, orderNumber, shop }: Notice): Message => ({
  subject: oneLine(`${title} · ${orderNumber}`),
  text,
  headers: { url: links.tracking ?? links.preferences, shop: shop.name },
});

/** Nothing that a carrier, a shop or a customer wrote begins another header. */
const oneLine = (text: string) =>
  text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ").trim().slice(0, subjectCharsMax);
