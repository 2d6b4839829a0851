import { notificationTexts } from "../../notifications/templates/all.ts";
import { type Language, textsOf } from "../languages.ts";
import { type Markup, markup } from "../markup.ts";
import type { Branding } from "../view.ts";
import { about, journey } from "./about.ts";
import { help } from "./help.ts";
import { history } from "./history.ts";
import { type Assets, type Framed, framed } from "./frame.ts";
import { headlineOf, type Scene } from "./scene.ts";
import { structured } from "./structured.ts";
import { summary } from "./summary.ts";

/** What changes while the page is open: its sections, by their ids. */
export function fragment(scene: Scene): Markup {
  return markup`${summary(scene)}
    <div id="way" class="column">${journey(scene)}${history(scene)}</div>
    <div id="more" class="column">${about(scene)}${help(scene)}</div>`;
}

/** The whole page of a parcel. */
export function trackingDocument(scene: Scene, assets: Assets): string {
  const { view, texts, language, branding } = scene;
  return framed({
    language,
    branding,
    assets,
    title: texts.page.title(headlineOf(texts, view)),
    main:
      markup`<main id="parcel" data-events="/t/${view.token}/events?lang=${language}" data-revision="${view.revision}">
${fragment(scene)}</main>
<p id="news" class="unseen" role="status"></p>`,
    hint: markup`<p id="live" hidden>${texts.page.live}</p><p id="still">${texts.page.reload}</p>
<p><a href="/t/${view.token}/notifications?lang=${language}">${
      notificationTexts[language].preferences
    }</a></p>`,
    head: markup`<script src="${assets.js}" defer></script>
${structured(scene)}`,
  });
}

/** The same for a link that was never valid and for one that no longer is. */
export const unknownDocument = (language: Language, branding: Branding, assets: Assets): string =>
  sayingDocument(
    { language, branding, assets },
    textsOf[language].page.unknownTitle,
    textsOf[language].page.unknownText,
  );

/** While nothing can be read. */
export const downDocument = (language: Language, branding: Branding, assets: Assets): string =>
  sayingDocument(
    { language, branding, assets },
    textsOf[language].page.downTitle,
    textsOf[language].page.downText,
  );

function sayingDocument(
  frame: Pick<Framed, "language" | "branding" | "assets">,
  title: string,
  text: string,
) {
  return framed({
    ...frame,
    title,
    main: markup`<main class="nothing"><section class="card"><h1>${title}</h1>
<p>${text}</p></section></main>`,
  });
}
