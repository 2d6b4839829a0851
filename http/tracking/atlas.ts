import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { geoContains } from "d3-geo";
import type { Feature, FeatureCollection } from "geojson";
import { feature } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import type { Point } from "./places.ts";

/** The countries' shapes: coarse for half the world, fine for a few countries. */
export interface Atlas {
  readonly coarse: FeatureCollection;
  readonly fine: FeatureCollection;
  /** The country that this place is in. */
  around(point: Point): Feature | undefined;
}

let opened: Promise<Atlas> | undefined;

/** Read once, when the first map is drawn. */
export function openAtlas(): Promise<Atlas> {
  return opened ??= Promise.all([countries("110m"), countries("50m")]).then(([coarse, fine]) => {
    const found = new Map<string, Feature | undefined>();
    return {
      coarse,
      fine,
      around: ([longitude, latitude]) => {
        const key = `${longitude} ${latitude}`;
        if (!found.has(key)) {
          found.set(key, fine.features.find((one) => geoContains(one, [longitude, latitude])));
        }
        return found.get(key);
      },
    };
  });
}

async function countries(scale: "50m" | "110m"): Promise<FeatureCollection> {
  const path = createRequire(import.meta.url).resolve(`world-atlas/countries-${scale}.json`);
  const topology: Topology<{ countries: GeometryCollection }> = JSON.parse(await readFile(path, "utf8"));
  return feature(topology, topology.objects.countries);
}
