import type { CityData } from "city-timezones";
import { otherCountryNames, otherNames, usStates } from "./place_names.ts";

/** A place as far as it is certain. */
export interface Place {
  /** As people write it. */
  readonly name: string;
  /** ISO 3166-1 alpha-2. */
  readonly country?: string;
  /** IANA's name of its time zone. */
  readonly zone?: string;
  /** Longitude and latitude in degrees. */
  readonly point?: Point;
}
export type Point = readonly [longitude: number, latitude: number];

/** Finds the places that carriers write about. What is ambiguous stays unknown: a wrong place is worse than none. */
export interface Places {
  /** `Louisville, KY, US`, `Leipzig - Germany`, `Köln`. */
  find(location: string): Place | undefined;
  /** Its zone, where the whole country has one clock; its largest cities, for the extent of a map. */
  country(code: string): { readonly zone?: string; readonly largest: readonly Point[] } | undefined;
}

const largestMax = 5;
let opened: Promise<Places> | undefined;

/** Reads the list of cities once, when the first parcel is looked at. */
export function openPlaces(): Promise<Places> {
  return opened ??= import("city-timezones").then(({ default: { cityMapping } }) => placesOf(cityMapping));
}

function placesOf(all: readonly CityData[]): Places {
  // The list is not all that its types promise: some codes are -1, some zones null.
  const cities = all.filter(({ iso2, iso3, timezone }) =>
    /^[A-Z]{2} [A-Z]{3} .*\//.test(`${iso2} ${iso3} ${timezone}`)
  );
  const byName = new Map<string, CityData[]>(), byCountry = new Map<string, CityData[]>();
  const countries = new Map<string, string>();
  for (const city of cities) {
    for (const name of new Set([keyOf(city.city), keyOf(city.city_ascii)])) add(byName, name, city);
    add(byCountry, city.iso2, city);
    for (const name of [city.iso2, city.iso3, city.country]) countries.set(keyOf(name), city.iso2);
  }
  for (const [name, code] of Object.entries(otherCountryNames)) countries.set(keyOf(name), code);
  const zoneOf = new Map<string, string | undefined>();
  const countryZone = (code: string) => {
    if (!zoneOf.has(code)) zoneOf.set(code, oneClock(byCountry.get(code) ?? []));
    return zoneOf.get(code);
  };
  return {
    find: (location) => {
      const { found, code } = lookUp({ byName, countries }, location);
      if (found.length === 0 && code === undefined) return undefined;
      const spot = oneSpot(found), country = code ?? spot?.iso2;
      const zone = oneClock(found) ?? (code && countryZone(code));
      return {
        name: tidied(location.split(separator)[0]!),
        ...(country && { country }),
        ...(zone && { zone }),
        ...(spot && { point: [spot.lng, spot.lat] as const }),
      };
    },
    country: (code) => {
      const within = byCountry.get(code), zone = countryZone(code);
      if (within === undefined) return undefined;
      const cities = within.toSorted((one, other) => other.pop - one.pop).slice(0, largestMax);
      return { ...(zone && { zone }), largest: cities.map(({ lng, lat }) => [lng, lat] as const) };
    },
  };
}

interface Lists {
  readonly byName: ReadonlyMap<string, readonly CityData[]>;
  readonly countries: ReadonlyMap<string, string>;
}
interface Found {
  readonly found: readonly CityData[];
  readonly code?: string | undefined;
}

const separator = /,|\/| - | – |\(|\)/;

function lookUp({ byName, countries }: Lists, location: string): Found {
  const parts = location.split(separator).map(keyOf).filter((part) => part !== "");
  const [city = "", ...regions] = parts, last = parts.at(-1) ?? "", code = countries.get(last);
  const named = namesOf(city).map((name) => byName.get(name)).find((those) => those) ?? [];
  const inRegion = named.filter(({ state_ansi, province }) =>
    regions.some((region) => region === keyOf(state_ansi ?? "") || region === keyOf(province ?? ""))
  );
  if (parts.length === 1) return named.length > 0 ? { found: named } : { found: [], code };
  const inCountry = (those: readonly CityData[]) => those.filter(({ iso2 }) => iso2 === code);
  // `Hodgkins, IL`: Illinois, not Israel. Only a third part or a longer word is surely a country.
  if (code !== undefined && (parts.length > 2 || !usStates.has(last))) {
    const both = inCountry(inRegion);
    return { found: both.length > 0 ? both : inCountry(named), code };
  }
  if (inRegion.length > 0) return { found: inRegion };
  if (!usStates.has(last)) return { found: named };
  const there = inCountry(named); // `Berlin, DE`: there is none in Delaware.
  return there.length > 0 ? { found: there, code } : { found: [] };
}

/** `koeln`, and so `koln`, is Cologne. */
function namesOf(city: string): readonly string[] {
  const bare = city.replace(/([aou])e/g, "$1");
  return [city, bare].map((name) => keyOf(Object.hasOwn(otherNames, name) ? otherNames[name]! : name));
}

/** `LEIPZIG` as people write it. */
function tidied(name: string): string {
  const text = name.trim();
  if (text !== text.toUpperCase()) return text;
  return text.toLowerCase().replace(
    /(^|[\s-])(\p{L})/gu,
    (_, before, letter) => before + letter.toUpperCase(),
  );
}

const same = 0.5;

/** The one place that all of them are, within half a degree. */
function oneSpot(found: readonly CityData[]): CityData | undefined {
  const [first] = found;
  const close = first &&
    found.every(({ lat, lng }) => Math.abs(lat - first.lat) < same && Math.abs(lng - first.lng) < same);
  return close ? first : undefined;
}

/** The zone of all of them; of several zones that keep the same time, one. */
function oneClock(found: readonly CityData[]): string | undefined {
  const zones = [...new Set(found.map(({ timezone }) => timezone))];
  return new Set(zones.map(clockOf)).size === 1 ? zones[0] : undefined;
}

const seasons = [new Date("2026-01-15T12:00:00Z"), new Date("2026-07-15T12:00:00Z")];

const clocks = new Map<string, string>();

function clockOf(timeZone: string): string {
  const known = clocks.get(timeZone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat("en", { timeZone, hour: "numeric", timeZoneName: "longOffset" });
  const clock = seasons.map((season) => format.format(season)).join();
  clocks.set(timeZone, clock);
  return clock;
}

function add<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const there = map.get(key);
  if (there) there.push(value);
  else map.set(key, [value]);
}

const keyOf = (name: string) =>
  name.normalize("NFD").replace(/\p{M}/gu, "").replace(/\s+/g, " ").trim().toLowerCase();
