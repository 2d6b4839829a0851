import { type Language, languages, textsOf } from "../languages.ts";
import { type Markup, markup } from "../markup.ts";
import type { Branding } from "../view.ts";
import { webLink } from "./scene.ts";

/** Where the browser finds what the page needs; their addresses change with their content. */
export interface Assets {
  readonly css: string;
  readonly js: string;
  readonly logo: string | undefined;
}

/** What a page of ours is made of. */
export interface Framed {
  readonly language: Language;
  readonly branding: Branding;
  readonly assets: Assets;
  readonly title: string;
  readonly main: Markup;
  readonly hint?: Markup;
  /** In the head. */
  readonly head?: Markup | undefined;
}

/** The page around it. */
export function framed({ language, branding, assets, title, main, hint, head }: Framed): string {
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
${head}
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
