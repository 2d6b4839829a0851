import type { TrackingStatus } from "../../actors/parcel/status.ts";
import type { Place, Places, Point } from "./places.ts";
import type { TrackingView } from "./view.ts";

export interface Stop {
  readonly name: string;
  readonly point: Point;
  readonly country?: string;
}

/** Where the parcel has been, as far as that is known, and the country that it goes to. */
export interface Journey {
  /** In the sequence of its visits. */
  readonly stops: readonly Stop[];
  /** Places in the country of its destination, the largest first. */
  readonly destination?: readonly Point[];
  /** Its code, until the parcel is there. */
  readonly ahead?: string;
}

const stopsMax = 40;
/** It does not go there any more, or is there. */
const ended: ReadonlySet<TrackingStatus> = new Set(["delivered", "return_to_sender", "cancelled"]);

/** Undefined when there is nothing that a map could show. */
export function journeyOf(view: TrackingView, places: Places): Journey | undefined {
  const visited = [
    view.origin && originOf(view.origin, places),
    ...view.events.map(({ location }) => location && places.find(location)),
  ];
  const stops: Stop[] = [];
  for (const place of visited) {
    if (!place || place.point === undefined || stops.at(-1)?.name === place.name) continue;
    const { name, point, country } = place;
    stops.push({ name, point, ...(country !== undefined && { country }) });
  }
  const code = view.destinationCountry;
  const destination = code === undefined ? undefined : places.country(code)?.largest;
  if (stops.length === 0 || (stops.length === 1 && destination === undefined)) return undefined;
  const ahead = destination !== undefined && stops.at(-1)?.country !== code && !ended.has(view.status);
  return {
    stops: stops.slice(-stopsMax),
    ...(destination && { destination }),
    ...(ahead && { ahead: code }),
  };
}

/** Where it starts: by its coordinates if they are given, else by its name. */
export function originOf(origin: NonNullable<TrackingView["origin"]>, places: Places): Place | undefined {
  const { name, latitude, longitude, country } = origin;
  const found = places.find(country === undefined ? name : `${name}, , ${country}`);
  if (latitude === undefined || longitude === undefined) return found;
  return { ...found, name, point: [longitude, latitude], ...(country !== undefined && { country }) };
}
