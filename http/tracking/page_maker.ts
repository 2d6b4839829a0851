import { openAtlas } from "./atlas.ts";
import { type Dress, dressOf } from "./branding.ts";
import { journeyOf } from "./journey.ts";
import { type Language, languageFor, textsOf, type Wishes } from "./languages.ts";
import { mapMaker } from "./map.ts";
import { fragment, trackingDocument, unknownDocument } from "./page/document.ts";
import { headlineOf, type Scene, sceneOf } from "./page/scene.ts";
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
  page(view: TrackingView, token: string, language: Language): Promise<string>;
  unknown(language: Language): string;
  update(view: TrackingView, language: Language): Promise<Update>;
}

export function pageMaker(branding: Branding): PageMaker {
  const dress = dressOf(branding), { assets } = dress;
  const updates = new WeakMap<TrackingView, Map<Language, Promise<Update>>>();
  return {
    dress,
    languageOf: (view, wishes) => languageFor({ ...wishes, customers: view?.language }),
    page: async (view, token, language) =>
      trackingDocument(await sceneFor(view, branding, language), { assets, token }),
    unknown: (language) => unknownDocument(language, branding, assets),
    update: (view, language) => {
      // Many may look at one parcel: all get what was written once.
      const known = updates.get(view) ?? new Map<Language, Promise<Update>>();
      updates.set(view, known);
      const made = known.get(language) ?? sceneFor(view, branding, language).then(updateOf);
      known.set(language, made);
      return made;
    },
  };
}

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

async function sceneFor(view: TrackingView, branding: Branding, language: Language): Promise<Scene> {
  const places = await openPlaces(), journey = journeyOf(view, places);
  const base = { view, branding, language, places };
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
