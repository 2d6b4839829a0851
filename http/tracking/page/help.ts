import type { TrackingStatus } from "../../../actors/parcel/status.ts";
import { type Markup, markup } from "../markup.ts";
import { type Scene, webLink } from "./scene.ts";

const stillChoosable: ReadonlySet<TrackingStatus> = new Set([
  "in_transit",
  "out_for_delivery",
  "delivery_attempted",
]);

/** What the customer can do: only where somebody is behind it. */
export function help(scene: Scene): Markup | undefined {
  const { view, texts: { help: texts }, branding } = scene;
  const carrier = view.carrierTitle,
    carrierUrl = view.status === "cancelled" ? undefined : webLink(view.carrierUrl);
  const offers: Markup[] = [];
  if (view.status === "pre_transit") {
    const url = contactLink(scene, texts.changeAddressSubject);
    if (url !== undefined) offers.push(offer(url, texts.changeAddress, texts.changeAddressHint));
  }
  if (carrierUrl !== undefined) {
    offers.push(
      stillChoosable.has(view.status)
        ? offer(carrierUrl, texts.options(carrier), texts.optionsHint(carrier))
        : offer(carrierUrl, texts.carrierPage(carrier)),
    );
  }
  const contact = contactLink(scene, texts.contactSubject);
  if (contact !== undefined) offers.push(offer(contact, texts.contact(branding.name)));
  if (offers.length === 0) return undefined;
  return markup`<section id="help" class="card help"><h2>${texts.title}</h2>
    <ul class="offers">${offers}</ul></section>`;
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
