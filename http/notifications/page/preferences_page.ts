import { type Milestone, milestones } from "../../../projections/outbox/milestones.ts";
import type { Audience } from "../../../projections/outbox/audience.ts";
import type { Dress } from "../../tracking/branding.ts";
import type { Language } from "../../tracking/languages.ts";
import { type Markup, markup } from "../../tracking/markup.ts";
import { framed } from "../../tracking/page/frame.ts";
import { icon } from "../../tracking/page/icons.ts";
import type { Branding } from "../../tracking/view.ts";
import { notificationTexts } from "../templates/all.ts";
import { topicOf, topics } from "../templates/texts.ts";

type Said = "saved" | "paused";

export interface PreferencesShown {
  readonly language: Language;
  readonly branding: Branding;
  readonly dress: Dress;
  readonly key: string;
  readonly audience: Audience;
  /** By channel that there is an address for. */
  readonly off: ReadonlyMap<"email" | "sms", readonly Milestone[]>;
  /** What became of what was sent last. */
  readonly said?: Said;
  /** The public key for subscriptions; absent: browsers cannot be told. */
  readonly pushKey?: string;
}

const head = markup`<link rel="stylesheet" href="/t/assets/preferences.css">
<script src="/t/assets/preferences.js" defer></script>`;

/** What somebody wants to hear: a form that needs no script. */
export function preferencesPage(shown: PreferencesShown): string {
  const { language, branding, dress, audience, key } = shown, { page } = notificationTexts[language];
  const { token } = audience;
  return framed({
    ...{ language, branding, assets: dress.assets, title: page.title, head },
    main: markup`<main><section class="card"><h1>${page.title}</h1>
<p>${page.intro(branding.name)}</p>
${said(shown)}
${shown.off.size === 0 ? markup`<p>${page.nobody}</p>` : choices(shown)}
</section>
${push(shown)}
${token && markup`<p><a href="/t/${token}?lang=${language}">${page.back}</a></p>`}
</main>`,
    hint: markup`<p><a href="/t/${key}/unsubscribe?lang=${language}">${
      notificationTexts[language].unsubscribe
    }</a></p>`,
  });
}

function said({ language, said }: Pick<PreferencesShown, "language" | "said">): Markup | undefined {
  const { page } = notificationTexts[language];
  if (said === "paused") {
    return markup`<div class="notice" role="alert">${icon("alert")}<div><p>${page.paused}</p></div></div>`;
  }
  return said && markup`<p class="said" role="status">${page.saved}</p>`;
}

function choices(shown: PreferencesShown): Markup {
  const { language, key, off } = shown, { page } = notificationTexts[language];
  const fieldsets = [...off.keys()].map((channel) =>
    markup`<fieldset><legend>${page.channels[channel]}</legend>${
      topics.map((topic) =>
        markup`<fieldset><legend>${page.topics[topic]}</legend>${
          milestones.filter((one) => topicOf[one] === topic).map((one) =>
            choice(shown, channel, one)
          )
        }</fieldset>`
      )
    }</fieldset>`
  );
  return markup`<form method="post" action="/t/${key}/notifications?lang=${language}">${fieldsets}
<button type="submit">${page.save}</button></form>`;
}

function choice({ language, off }: PreferencesShown, channel: "email" | "sms", milestone: Milestone): Markup {
  const checked = off.get(channel)?.includes(milestone) ? undefined : markup` checked`;
  return markup`<label class="choice"><input type="checkbox" name="${channel}" value="${milestone}"${checked}>
<span>${notificationTexts[language].page.milestones[milestone]}</span></label>`;
}

function push({ language, key, pushKey }: PreferencesShown): Markup | undefined {
  if (pushKey === undefined) return undefined;
  const { push } = notificationTexts[language].page;
  return markup`<section id="push" class="card" hidden data-key="${pushKey}" data-url="/t/${key}/push" data-on="${push.on}"
data-off="${push.off}" data-is-on="${push.isOn}" data-is-off="${push.isOff}" data-denied="${push.denied}" data-failed="${push.failed}">
<h2>${push.title}</h2><p>${push.hint}</p><p role="status"></p><button type="button">${push.on}</button></section>`;
}

type Stopping = Pick<PreferencesShown, "language" | "branding" | "dress" | "key"> & {
  readonly stopped: boolean;
  readonly said?: "paused";
};

/** Asks once more: mail programs look at links before people do. */
export function unsubscribePage({ language, branding, dress, key, stopped, ...rest }: Stopping): string {
  const { page } = notificationTexts[language];
  const asking = markup`${said({ language, ...rest })}<p>${page.stopText}</p>
<form method="post" action="/t/${key}/unsubscribe?lang=${language}"><button type="submit">${page.stop}</button></form>`;
  return framed({
    ...{ language, branding, assets: dress.assets, title: page.stopTitle, head },
    main: markup`<main><section class="card"><h1>${page.stopTitle}</h1>
${stopped ? markup`<p class="said" role="status">${page.stopped}</p>` : asking}
<p><a href="/t/${key}/notifications?lang=${language}">${page.title}</a></p></section></main>`,
  });
}
