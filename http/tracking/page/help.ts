import type { CustomerRequestKind } from "../../../actors/commands.ts";
import { kindsAt } from "../../../actors/parcel/request_status.ts";
import type { TrackingStatus } from "../../../actors/parcel/status.ts";
import { type Markup, markup } from "../markup.ts";
import { carrierNameOf, clockTime, type Scene, webLink, whenOf } from "./scene.ts";

const stillChoosable: ReadonlySet<TrackingStatus> = new Set([
  "in_transit",
  "out_for_delivery",
  "delivery_attempted",
]);

/** What the customer can do: only where somebody is behind it. */
export function help(scene: Scene): Markup {
  const { view, texts: { help: texts }, branding } = scene;
  const carrier = carrierNameOf(scene.texts, view),
    carrierUrl = view.status === "cancelled" ? undefined : webLink(view.carrierUrl);
  const offers: Markup[] = [];
  const [contactForm, ...wishes] = kindsAt(view.status).toReversed().map((kind) => form(scene, kind));
  offers.push(...wishes);
  if (carrierUrl !== undefined) {
    offers.push(
      stillChoosable.has(view.status)
        ? offer(carrierUrl, texts.options(carrier), texts.optionsHint(carrier))
        : offer(carrierUrl, texts.carrierPage(carrier)),
    );
  }
  if (contactForm !== undefined) offers.push(contactForm);
  const contact = contactLink(scene, texts.contactSubject);
  if (contact !== undefined) offers.push(offer(contact, texts.contact(branding.name)));
  return markup`<section id="help" class="card help"><h2>${texts.title}</h2>
    ${asked(scene)}
    <ul class="offers">${offers}</ul></section>`;
}

/** What was asked for and what became of it, the newest first. */
function asked(scene: Scene): Markup | undefined {
  const { view, texts: { requests: texts } } = scene;
  if (view.requests.length === 0) return undefined;
  const items = view.requests.toReversed().map(({ kind, status, askedAt }) => {
    const when = whenOf(scene, { at: askedAt });
    const time = when &&
      markup`<time datetime="${when.machine}">${when.day}, ${clockTime(scene, when)}</time>`;
    return markup`<li data-request="${status}"><p class="what">${texts.kinds[kind].asked}</p>
      <p>${texts.states[status]}</p><p class="where">${time}</p></li>`;
  });
  return markup`<h3>${texts.yours}</h3><ul class="requests">${items}</ul>`;
}

function form({ view, language, texts: { requests } }: Scene, kind: CustomerRequestKind): Markup {
  const { title, hint } = requests.kinds[kind];
  return offer(`/t/${view.token}/requests/${kind}?lang=${language}`, title, hint);
}

function offer(url: string, text: string, hint?: string): Markup {
  return markup`<li><a class="button" href="${url}" rel="noreferrer noopener">${text}</a>${
    hint && markup`<p class="hint">${hint}</p>`
  }</li>`;
}

/** A letter with its subject written, else the shop's own page. */
function contactLink({ branding, view, texts }: Scene, subjectOf: (parcel: string) => string) {
  const { contactEmail, contactUrl } = branding;
  if (contactEmail === undefined) return webLink(contactUrl);
  const { orderNumber, trackingNumber } = view;
  const parcel = orderNumber === undefined
    ? trackingNumber
    : `${texts.page.order(orderNumber)} (${trackingNumber})`;
  return `mailto:${encodeURI(contactEmail)}?subject=${encodeURIComponent(subjectOf(parcel))}`;
}
