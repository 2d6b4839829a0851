import { Markup, markup } from "../tracking/markup.ts";
import { contrast, readableOn } from "../tracking/contrast.ts";
import { webLink } from "../tracking/page/scene.ts";
import { textsOf } from "../tracking/languages.ts";
import type { Notice } from "./notice.ts";
import { notificationTexts } from "./templates/all.ts";

/** Mail programs know few styles: tables for the frame, everything inline, and what else there is in the head for those that read it. */
export function mailHtml(notice: Notice): string {
  const { language, shop, subject, title, text, name, links } = notice;
  const own = notificationTexts[language];
  const mark = links.logo === undefined
    ? markup`<span class="fg" style="font-size:20px;font-weight:700;color:#1c2024">${shop.name}</span>`
    : markup`<img src="${links.logo}" alt="${shop.name}" height="40" style="height:40px;max-width:240px;border:0">`;
  return markup`<!doctype html>
<html lang="${language}" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${subject}</title>
<style>${dark(shop.colour)}</style>
</head>
<body class="bg" style="margin:0;padding:0;background-color:#f3f4f6">
<div style="display:none;max-height:0;overflow:hidden">${text}</div>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" class="bg" style="background-color:#f3f4f6">
<tr><td align="center" style="padding:24px 12px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:560px;font-family:system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif;font-size:16px;line-height:1.5">
<tr><td style="padding:0 4px 16px">${mark}</td></tr>
<tr><td class="card fg" style="background-color:#ffffff;border-radius:12px;padding:28px;color:#1c2024">
<p style="margin:0 0 12px">${own.greeting(name)}</p>
<h1 class="${notice.tone}" style="margin:0 0 12px;font-size:24px;line-height:1.25;color:${
    toneColours[notice.tone]
  }">${title}</h1>
<p style="margin:0 0 16px">${text}</p>
${parcel(notice)}
${button(notice)}
${contents(notice)}
</td></tr>
${footer(notice)}
</table>
</td></tr>
</table>
</body>
</html>
`.text;
}

function footer({ language, shop, links }: Notice): Markup {
  const own = notificationTexts[language], legal = webLink(shop.legalUrl);
  return markup`<tr><td class="soft" style="padding:16px 4px;font-size:13px;color:#545b64">
<p style="margin:0 0 8px">${own.why(shop.name)}</p>
<p style="margin:0"><a class="soft" href="${links.preferences}" style="color:#545b64">${own.preferences}</a> ·
<a class="soft" href="${links.unsubscribe}" style="color:#545b64">${own.unsubscribe}</a>${
    legal &&
    markup` · <a class="soft" href="${legal}" style="color:#545b64">${textsOf[language].page.legal}</a>`
  }</p>
</td></tr>`;
}

const toneColours = { good: "#0f6b3c", plain: "#1c2024", bad: "#a3300f" } as const;
const usualColour = "#0b5cad";

/** What a reader that is set to dark sees. */
function dark(colour = usualColour): Markup {
  const accent = readableOn(colour, ["#1b2025"]);
  return new Markup(`:root { color-scheme: light dark; }
@media (prefers-color-scheme: dark) {
  .bg { background-color: #111417 !important; }
  .card { background-color: #1b2025 !important; }
  .fg, .plain { color: #e6e8eb !important; }
  .good { color: #6fd39b !important; }
  .bad { color: #ff9d7d !important; }
  .soft { color: #a9b1ba !important; }
  .line { border-color: #3a424b !important; }
  .button { background-color: ${accent} !important; color: ${onto(accent)} !important; }
}`);
}

const onto = (colour: string) =>
  contrast(colour, "#ffffff") >= contrast(colour, "#000000") ? "#ffffff" : "#000000";

function parcel({ language, view, carrier, orderNumber, expected }: Notice): Markup {
  const { page } = textsOf[language];
  const row = (label: string, value: string) =>
    markup`<p style="margin:0 0 4px"><span class="soft" style="color:#545b64">${label}</span> <strong>${value}</strong></p>`;
  return markup`<div style="margin:0 0 20px">
${expected && row(page.expected, expected)}
<p style="margin:0 0 4px"><strong>${page.order(orderNumber)}</strong></p>
${carrier && row(page.carrier, carrier)}
${view && row(page.trackingNumber, view.trackingNumber)}
</div>`;
}

function button({ language, links, shop }: Notice): Markup | undefined {
  if (links.tracking === undefined) return undefined;
  const colour = readableOn(shop.colour ?? usualColour, ["#ffffff"]);
  return markup`<p style="margin:0 0 24px"><a class="button" href="${links.tracking}" style="display:inline-block;padding:12px 20px;border-radius:8px;background-color:${colour};color:${
    onto(colour)
  };font-weight:600;text-decoration:none">${notificationTexts[language].track}</a></p>`;
}

function contents({ language, lines }: Notice): Markup | undefined {
  if (lines.length === 0) return undefined;
  return markup`<h2 style="margin:0 0 8px;font-size:16px">${notificationTexts[language].contents}</h2>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0">${
    lines.map(({ description, quantity }) =>
      markup`<tr><td class="line fg" style="padding:6px 0;border-top:1px solid #e2e5e9;color:#1c2024">${description}</td>
<td class="line fg" align="right" style="padding:6px 0 6px 12px;border-top:1px solid #e2e5e9;color:#1c2024;white-space:nowrap">${
        quantity > 0 ? `${quantity} ×` : ""
      }</td></tr>`
    )
  }</table>`;
}
