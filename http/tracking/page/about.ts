import { counted } from "../languages.ts";
import { type Markup, markup } from "../markup.ts";
import type { TrackingView } from "../view.ts";
import { carrierNameOf, type Scene } from "./scene.ts";

const linesMax = 30;
type Line = NonNullable<TrackingView["lines"]>[number];

/** Who carries it, by which number, and what is in it. */
export function about({ view, texts, language }: Scene): Markup {
  const { page } = texts;
  const lines = view.lines ?? [], more = lines.length - linesMax;
  return markup`<section id="about" class="card about"><h2>${page.parcel}</h2>
    <dl><div><dt>${page.carrier}</dt><dd>${carrierNameOf(texts, view)}</dd></div>
    <div><dt>${page.trackingNumber}</dt><dd class="number">${view.trackingNumber}</dd></div></dl>
    ${lines.length > 0 ? contents(lines.slice(0, linesMax)) : undefined}
    ${more > 0 ? markup`<p>${counted(language, more, page.moreLines)}</p>` : undefined}
  </section>`;

  function contents(shown: readonly Line[]): Markup {
    const number = new Intl.NumberFormat(language);
    const items = shown.map(({ description, quantity }) =>
      markup`<li><span class="quantity">${number.format(quantity)} ×</span> ${description}</li>`
    );
    return markup`<h3>${page.contents}</h3><ul class="lines">${items}</ul>`;
  }
}

/** The way that it took; nothing where too little is known of it. */
export function journey({ map, texts }: Scene): Markup | undefined {
  if (map === undefined) return undefined;
  return markup`<section id="journey" class="card journey"><h2>${texts.page.journey}</h2>
    <figure>${map.drawing}<figcaption>${map.stops.join(" → ")}</figcaption></figure></section>`;
}
