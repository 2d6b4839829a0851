import { counted } from "../languages.ts";
import { type Markup, markup } from "../markup.ts";
import type { TrackingEvent } from "../view.ts";
import { clockTime, placeOf, type Scene, subTextsOf, whenOf } from "./scene.ts";

/** More are folded away. */
const shownMax = 6;
/** A parcel with more scans than this has met a loop of machines. */
const eventsMax = 1_000;

interface Day {
  readonly name: string;
  readonly entries: readonly Markup[];
}

/** Every scan, the newest first, by day. */
export function history(scene: Scene): Markup {
  const { texts: { page }, view, language } = scene;
  const events = view.events.slice(-eventsMax).toReversed();
  const folded = events.slice(shownMax);
  return markup`<section id="history" class="card history"><h2>${page.history}</h2>
    ${
    events.length === 0 ? markup`<p>${page.noHistory}</p>` : markup`<p class="hint">${page.timesAreLocal}</p>`
  }
    ${daysOf(scene, events.slice(0, shownMax)).map(section)}
    ${
    folded.length > 0
      ? markup`<details id="older"><summary>${counted(language, folded.length, page.olderEvents)}</summary>
        ${daysOf(scene, folded).map(section)}</details>`
      : undefined
  }
  </section>`;
}

const section = ({ name, entries }: Day) => markup`<h3>${name}</h3><ol class="scans">${entries}</ol>`;

function daysOf(scene: Scene, events: readonly TrackingEvent[]): readonly Day[] {
  const days: { name: string; entries: Markup[] }[] = [];
  for (const event of events) {
    const place = placeOf(scene, event), when = whenOf(scene, event, place);
    const name = when?.day ?? "–", last = days.at(-1);
    const time = when && markup`<time datetime="${when.machine}">${clockTime(scene, when)}</time>`;
    const entry = markup`<li>${time ?? markup`<span></span>`}<div>${words(scene, event)}</div></li>`;
    if (last?.name === name) last.entries.push(entry);
    else days.push({ name, entries: [entry] });
  }
  return days;
}

/** Ours first, and then the carrier's own: those of an event that we could not read stand alone. */
function words({ texts, view }: Scene, { status, subStatus, location, description }: TrackingEvent): Markup {
  const where = location && markup`<p class="where">${location}</p>`;
  if (status === "unknown" && description !== "") return markup`<p class="what">${description}</p>${where}`;
  const ours = subTextsOf(texts, status, subStatus)?.[0] ?? texts.statuses[status].title;
  const theirs = description === "" || description.toLowerCase() === ours.toLowerCase()
    ? undefined
    : markup`<p class="said"><span class="unseen">${
      texts.page.wordsOf(view.carrierTitle)
    } </span>${description}</p>`;
  return markup`<p class="what">${ours}</p>${where}${theirs}`;
}
