import type { Event } from "../actor.ts";
import type { Sku } from "../ids.ts";

// Wire names and versions are what the log holds for years. Add a version; never edit one.

export type LocationDescribed = Event<"location.described", 1, {
  readonly name: string;
  readonly country: string;
  readonly postalCode?: string;
  readonly latitude?: number;
  readonly longitude?: number;
  readonly priority: number | null;
}>;
/** Only the SKUs that never lay there before. */
export type LocationStockedEvent = Event<"location.stocked", 1, { readonly skus: readonly Sku[] }>;

export type LocationEvent = LocationDescribed | LocationStockedEvent;

/** Every (type, version) that was ever written. A missing one does not compile. */
export const locationEventVersions = {
  "location.described": [1],
  "location.stocked": [1],
} as const satisfies { readonly [Type in LocationEvent["type"]]: readonly number[] };
