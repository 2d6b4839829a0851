import { subStatuses, type TrackingStatus } from "../../../actors/parcel/status.ts";
import { originOf } from "../journey.ts";
import { type Language, textsOf } from "../languages.ts";
import type { Markup } from "../markup.ts";
import type { Place, Places } from "../places.ts";
import type { SubTexts, Texts } from "../texts/texts.ts";
import { type Clock, clockFor, type Written } from "../times.ts";
import type { Branding, TrackingEvent, TrackingView } from "../view.ts";

/** Everything that the sections of one page need. */
export interface Scene {
  readonly view: TrackingView;
  readonly branding: Branding;
  readonly language: Language;
  readonly texts: Texts;
  readonly clock: Clock;
  readonly places: Places;
  readonly nowMs: number;
  /** The drawn journey; undefined where too little is known of it. */
  readonly map: { readonly drawing: Markup; readonly stops: readonly string[] } | undefined;
}

export function sceneOf(given: Omit<Scene, "texts" | "clock">): Scene {
  const { language, view } = given;
  return { ...given, texts: textsOf[language], clock: clockFor(language, view.destinationCountry) };
}

/** The texts of a sub-status; undefined for one that only the carrier knows. */
export function subTextsOf(texts: Texts, status: TrackingStatus, subStatus?: string): SubTexts | undefined {
  const known: readonly string[] = subStatuses[status];
  if (subStatus === undefined || !known.includes(subStatus)) return undefined;
  const those: { readonly [name: string]: SubTexts } = texts.subStatuses[status];
  return those[subStatus];
}

/** What stands over everything: what went wrong says more than that something did. */
export function headlineOf(texts: Texts, { status, subStatus }: TrackingView): string {
  const says = subTextsOf(texts, status, subStatus)?.[0];
  const itself = status === "exception" || (status === "return_to_sender" && subStatus === "returned");
  return itself && says !== undefined ? says : texts.statuses[status].title;
}

/** The carrier as customers know it. */
export const carrierNameOf = (
  { page }: Texts,
  { carrierTitle }: Pick<TrackingView, "carrierTitle">,
): string => carrierTitle ?? page.otherCarrier;

/** Written in the time of its place; where that is not known for certain, in that of the destination, or in UTC. */
export function whenOf(scene: Scene, event: Timed, place?: Place): Written | undefined {
  const where = place?.zone ?? (event.status === "pre_transit" ? originZone(scene) : undefined);
  return scene.clock.written(event, where ?? destinationZone(scene));
}
type Timed = Pick<TrackingEvent, "at" | "localTime"> & { readonly status?: TrackingStatus };

function originZone({ view, places }: Scene): string | undefined {
  return view.origin && originOf(view.origin, places)?.zone;
}

export function destinationZone({ view, places }: Pick<Scene, "view" | "places">): string | undefined {
  return view.destinationCountry === undefined ? undefined : places.country(view.destinationCountry)?.zone;
}

export function placeOf({ places }: Scene, { location }: Pick<TrackingEvent, "location">): Place | undefined {
  return location === undefined ? undefined : places.find(location);
}

/** `14:05 CET`; `14:05 local time` where only the carrier knows where that is. */
export function clockTime({ texts }: Scene, { time, zone }: Written): string {
  return `${time} ${zone ?? texts.page.localTime}`;
}

/** The link of somebody else's page, if it is one that a browser may follow. */
export function webLink(url: string | undefined): string | undefined {
  return url !== undefined && /^https?:\/\//i.test(url) ? url : undefined;
}
