import { type Language, languages, textsOf } from "../languages.ts";
import { notificationTexts } from "../../notifications/templates/all.ts";
import { type Markup, markup } from "../markup.ts";
import type { Branding } from "../view.ts";
import { about, journey } from "./about.ts";
import { help } from "./help.ts";
import { history } from "./history.ts";
import { headlineOf, type Scene, webLink } from "./scene.ts";
import { summary } from "./summary.ts";

/** Where the browser finds what the page needs; their addresses change with their content. */
export interface Assets {
  readonly css: string;
  readonly js: string;
  readonly logo: string | undefined;
}

/** What changes while the page is open: its sections, by their ids. */
export function fragment(scene: Scene): Markup {
  return markup`${summary(scene)}
    <div id="way" class="column">${journey(scene)}${history(scene)}</div>
    <div id="more" class="column">${about(scene)}${help(scene)}</div>`;
}

interface Framing {
  readonly assets: Assets;
  readonly token: string;
}

/** The whole page of a parcel. */
export function trackingDocument(scene: Scene, { assets, token }: Framing): string {
  const { view, texts, language, branding } = scene;
  return framed({
    language,
    branding,
    assets,
    title: texts.page.title(headlineOf(texts, view)),
    main:
      markup`<main id="parcel" data-events="/t/${token}/events?lang=${language}" data-revision="${view.revision}">
${fragment(scene)}</main>
<p id="news" class="unseen" role="status"></p>`,
    hint: markup`<p id="live" hidden>${texts.page.live}</p><p id="still">${texts.page.reload}</p>
<p><a href="/t/${token}/notifications?lang=${language}">${notificationTexts[language].preferences}</a></p>`,
    script: markup`<script src="${assets.js}" defer></script>`,
  });
}

/** The same for a link that was never valid and for one that no longer is. */
export function unknownDocument(language: Language, branding: Branding, assets: Assets): string {
  const { page } = textsOf[language];
  return framed({
    language,
    branding,
    assets,
    title: page.unknownTitle,
    main: markup`<main class="nothing"><section class="card"><h1>${page.unknownTitle}</h1>
<p>${page.unknownText}</p></section></main>`,
  });
}

export interface Framed {
  readonly language: Language;
  readonly branding: Branding;
  readonly assets: Assets;
  readonly title: string;
  readonly main: Markup;
  readonly hint?: Markup;
  readonly script?: Markup;
}

/** The shop's page around anything that a customer may see. */
export function framed({ language, branding, assets, title, main, hint, script }: Framed): string {
  const { page } = textsOf[language], legal = webLink(branding.legalUrl);
  const mark = assets.logo ? markup`<img src="${assets.logo}" alt="${branding.name}">` : branding.name;
  return markup`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow, noarchive">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${title} · ${branding.name}</title>
<link rel="icon" href="${assets.logo ?? "/docs/icon.svg"}">
<link rel="stylesheet" href="${assets.css}">
${script}
</head>
<body>
<header><p class="brand">${mark}</p></header>
${main}
<footer>${hint}
<nav aria-label="${page.language}"><ul>${
    languages.map((one) => languageLink(one, one === language))
  }</ul></nav>
<p>${branding.name}${legal && markup` · <a href="${legal}" rel="noreferrer noopener">${page.legal}</a>`}</p>
</footer>
</body>
</html>
`.text;
}

function languageLink(language: Language, current: boolean): Markup {
  const name = textsOf[language].languageName;
  if (current) return markup`<li><span lang="${language}" aria-current="true">${name}</span></li>`;
  return markup`<li><a href="?lang=${language}" lang="${language}" hreflang="${language}">${name}</a></li>`;
}
