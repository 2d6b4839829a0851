import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { geoContains } from "d3-geo";
import type { Feature, FeatureCollection, Polygon, Position } from "geojson";
import { feature } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import type { Point } from "./places.ts";

/** Degrees; `west` may be beyond -180 and `east` beyond 180 where a window lies across the date line. */
export interface Box {
  readonly west: number;
  readonly east: number;
  readonly south: number;
  readonly north: number;
}
/** One coherent part of a country. */
export interface Piece extends Box {
  readonly shape: Polygon;
}

/** The countries' shapes: coarse for half the world, fine for a few countries. */
export interface Atlas {
  readonly coarse: readonly Piece[];
  readonly fine: readonly Piece[];
  /** The country that the first of these places is in that is not, on our coasts, in the sea. */
  around(points: readonly Point[]): Feature | undefined;
}

let opened: Promise<Atlas> | undefined;

/** Read once, when the first map is drawn. */
export function openAtlas(): Promise<Atlas> {
  return opened ??= Promise.all([countries("110m"), countries("50m")]).then(([coarse, fine]) => {
    const found = new Map<string, Feature | undefined>();
    return {
      coarse: piecesOf(coarse),
      fine: piecesOf(fine),
      around: (points) => {
        const key = points.join(" ");
        if (!found.has(key)) found.set(key, countryOf(points, fine));
        return found.get(key);
      },
    };
  });
}

/** What can be seen in a window: drawing all the world to show one country would take a hundred times as long. */
export function within(pieces: readonly Piece[], window: Box): readonly Piece[] {
  return pieces.filter(({ west, east, south, north }) =>
    south <= window.north && north >= window.south &&
    [-360, 0, 360].some((turn) => west + turn <= window.east && east + turn >= window.west)
  );
}

function piecesOf({ features }: FeatureCollection): readonly Piece[] {
  return features.flatMap(({ geometry }) => {
    if (geometry.type === "Polygon") return [pieceOf(geometry.coordinates)];
    return geometry.type === "MultiPolygon" ? geometry.coordinates.map(pieceOf) : [];
  });
}

function pieceOf(coordinates: Position[][]): Piece {
  let west = Infinity, east = -Infinity, south = Infinity, north = -Infinity;
  for (const [x = 0, y = 0] of coordinates[0] ?? []) {
    west = Math.min(west, x);
    east = Math.max(east, x);
    south = Math.min(south, y);
    north = Math.max(north, y);
  }
  return { shape: { type: "Polygon", coordinates }, west, east, south, north };
}

function countryOf(points: readonly Point[], { features }: FeatureCollection): Feature | undefined {
  for (const [longitude, latitude] of points) {
    const country = features.find((one) => geoContains(one, [longitude, latitude]));
    if (country !== undefined) return country;
  }
  return undefined;
}

async function countries(scale: "50m" | "110m"): Promise<FeatureCollection> {
  const path = createRequire(import.meta.url).resolve(`world-atlas/countries-${scale}.json`);
  const topology: Topology<{ countries: GeometryCollection }> = JSON.parse(await readFile(path, "utf8"));
  return feature(topology, topology.objects.countries);
}
