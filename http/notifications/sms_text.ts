import type { Notice } from "./notice.ts";

/** The alphabet of 3GPP TS 23.038 (GSM 7 bit), and what it needs two places for. */
const gsm =
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿" +
  "abcdefghijklmnopqrstuvwxyzäöñüà";
const gsmTwice = "^{}\\[~]|€";
const plain: Readonly<Record<string, string>> = {
  ...{ "’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\u00a0": " ", "\u202f": " " },
};

export interface SmsLength {
  readonly alphabet: "gsm-7" | "ucs-2";
  readonly segments: number;
}

/** How many messages a text is charged as. */
export function smsLength(text: string): SmsLength {
  let places = 0;
  for (const character of text) {
    if (gsm.includes(character)) places += 1;
    else if (gsmTwice.includes(character)) places += 2;
    else return { alphabet: "ucs-2", segments: text.length <= 70 ? 1 : Math.ceil(text.length / 67) };
  }
  return { alphabet: "gsm-7", segments: places <= 160 ? 1 : Math.ceil(places / 153) };
}

export const smsSegmentsMax = 2;
const shopCharsMax = 30;

/** As much as two segments hold: the link whole, then what happened, then what happens next. */
export function smsText({ shop, title, text, orderNumber, links }: Notice): string {
  const name = cut(shop.name, shopCharsMax), link = links.tracking === undefined ? "" : ` ${links.tracking}`;
  const fits = (message: string) => smsLength(message).segments <= smsSegmentsMax;
  const candidates = [
    `${name}: ${title} (${orderNumber}). ${text}${link}`,
    `${name}: ${title} (${orderNumber}).${link}`,
  ].map(simple);
  const found = candidates.find(fits);
  if (found !== undefined) return found;
  for (let chars = title.length; chars > 10; chars--) {
    const shorter = simple(`${name}: ${cut(title, chars)}.${link}`);
    if (fits(shorter)) return shorter;
  }
  return simple(`${name}:${link}`); // A link that is longer than that cannot be cut.
}

const simple = (text: string) => [...text].map((one) => plain[one] ?? one).join("");
const cut = (text: string, charsMax: number) =>
  text.length <= charsMax ? text : `${[...text].slice(0, charsMax - 3).join("").trimEnd()}...`;
