import { openAtlas } from "./atlas.ts";
import { type Dress, dressOf } from "./branding.ts";
import { calendarOf } from "./calendar.ts";
import { journeyOf } from "./journey.ts";
import { type Language, languageFor, textsOf, type Wishes } from "./languages.ts";
import { mapMaker } from "./map.ts";
import { downDocument, fragment, trackingDocument, unknownDocument } from "./page/document.ts";
import { type Asking, requestDocument } from "./page/request.ts";
import { isExpected, isOverdue } from "./page/expected.ts";
import { carrierNameOf, headlineOf, type Scene, sceneOf } from "./page/scene.ts";
import { openPlaces } from "./places.ts";
import type { Branding, TrackingView } from "./view.ts";

/** What an open page is told when its parcel has news. */
export interface Update {
  readonly revision: string;
  readonly title: string;
  readonly news: string;
  /** The page's sections. */
  readonly html: string;
}

/** Turns views into pages. */
export interface PageMaker {
  readonly dress: Dress;
  languageOf(view: TrackingView | undefined, wishes: Omit<Wishes, "customers">): Language;
  page(view: TrackingView, language: Language): Promise<string>;
  /** The form of a request to the shop. */
  request(view: TrackingView, language: Language, asking: Asking): string;
  /** The delivery window as an iCalendar object; undefined when none is expected. `url`: of the parcel's page. */
  calendar(view: TrackingView, language: Language, url: string): Promise<string | undefined>;
  unknown(language: Language): string;
  down(language: Language): string;
  update(view: TrackingView, language: Language): Promise<Update>;
}

export function pageMaker(branding: Branding, nowMs: () => number): PageMaker {
  const sceneNow = (view: TrackingView, language: Language) =>
    sceneFor({ view, branding, language, nowMs: nowMs() });
  const dress = dressOf(branding), { assets } = dress;
  const updates = new WeakMap<TrackingView, Map<Language, Promise<Update>>>();
  return {
    dress,
    languageOf: (view, wishes) => languageFor({ ...wishes, customers: view?.language }),
    page: async (view, language) => trackingDocument(await sceneNow(view, language), assets),
    request: (view, language, asking) => requestDocument({ view, language, branding, assets }, asking),
    calendar: async (view, language, url) => {
      const now = nowMs(), overdue = isOverdue({ view, places: await openPlaces(), nowMs: now });
      if (!isExpected(view) || overdue) return undefined;
      return calendarOf({ view, ...wordsFor(view, language), url, nowMs: now });
    },
    unknown: (language) => unknownDocument(language, branding, assets),
    down: (language) => downDocument(language, branding, assets),
    update: (view, language) => {
      // Many may look at one parcel: all get what was written once.
      const known = updates.get(view) ?? new Map<Language, Promise<Update>>();
      updates.set(view, known);
      const made = known.get(language) ?? sceneNow(view, language).then(updateOf);
      known.set(language, made);
      return made;
    },
  };

  function wordsFor(view: TrackingView, language: Language) {
    const texts = textsOf[language], { trackingNumber, lines = [] } = view;
    const contents = lines.slice(0, calendarLinesMax).map(({ quantity, description }) =>
      `${quantity} × ${description}`
    );
    const description = [`${carrierNameOf(texts, view)} ${trackingNumber}`, ...contents].join("\n");
    return { summary: texts.page.calendarEntry(branding.name), description };
  }
}

const calendarLinesMax = 20;

function updateOf(scene: Scene): Update {
  const { view, texts, branding } = scene, status = headlineOf(texts, view);
  return {
    revision: view.revision,
    title: `${texts.page.title(status)} · ${branding.name}`,
    news: texts.page.news(status),
    html: fragment(scene).text,
  };
}

let maps: Promise<ReturnType<typeof mapMaker>> | undefined;

async function sceneFor(given: Pick<Scene, "view" | "branding" | "language" | "nowMs">): Promise<Scene> {
  const { view, language } = given, places = await openPlaces(), journey = journeyOf(view, places);
  const base = { ...given, places };
  if (journey === undefined) return sceneOf({ ...base, map: undefined });
  const draw = await (maps ??= openAtlas().then(mapMaker));
  const stops = journey.stops.map(({ name }) => name);
  if (journey.ahead !== undefined) stops.push(countryName(language, journey.ahead));
  const drawing = draw(journey, textsOf[language].page.mapOf(stops.join(", ")));
  return sceneOf({ ...base, map: { drawing, stops } });
}

function countryName(language: Language, code: string): string {
  return new Intl.DisplayNames(language, { type: "region" }).of(code) ?? code;
}
