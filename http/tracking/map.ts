import {
  type GeoContext,
  geoMercator,
  geoPath,
  type GeoPermissibleObjects,
  type GeoProjection,
} from "d3-geo";
import { type Atlas, type Box, within } from "./atlas.ts";
import type { Journey, Stop } from "./journey.ts";
import { type Markup, markup } from "./markup.ts";
import type { Point } from "./places.ts";

const width = 640, height = 360;
/** Between the journey and the edge, with room for the names. */
const margin = 60;
/** A journey within one town is shown with its surroundings. */
const spanDegreesMin = 3;
/** Wider than this, fine coasts cannot be seen. */
const fineDegreesMax = 60;
const cacheMax = 500;

/** Draws journeys; the same journey once. `label` is what the map says to who cannot see it. */
export function mapMaker(atlas: Atlas): (journey: Journey, label: string) => Markup {
  const drawn = new Map<string, Markup>();
  return (journey, label) => {
    const key = JSON.stringify(journey);
    let inside = drawn.get(key);
    if (inside === undefined) {
      if (drawn.size >= cacheMax) drawn.delete(drawn.keys().next().value!);
      drawn.set(key, inside = draw(journey, atlas));
    }
    return markup`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">${inside}</svg>`;
  };
}

function draw({ stops, destination }: Journey, atlas: Atlas): Markup {
  const points = [...stops.map(({ point }) => point), ...(destination?.slice(0, 1) ?? [])];
  const { projection, window } = framed(points);
  const aim = destination && atlas.around(destination);
  const route = lineOf({ type: "LineString", coordinates: stops.map(({ point }) => [...point]) }, projection);
  // Between two points of a coast no curve has to be found, as it has for the route.
  projection.precision(0);
  const pieces = within(window.east - window.west > fineDegreesMax ? atlas.coarse : atlas.fine, window);
  const land = { type: "GeometryCollection" as const, geometries: pieces.map(({ shape }) => shape) };
  return markup`<path class="land" d="${lineOf(land, projection)}"/>
    ${aim && markup`<path class="aim" d="${lineOf(aim, projection)}"/>`}
    <path class="route" d="${route}"/>
    ${stops.map((stop, i) => dot(stop, i === stops.length - 1, projection))}
    ${namesOf(stops, projection)}`;
}

function lineOf(shape: GeoPermissibleObjects, projection: GeoProjection): string {
  const pen = thriftyPen();
  geoPath(projection, pen.context)(shape);
  return pen.written();
}

/** A projection with all points inside the frame, turned so that the journey never crosses its edge. */
function framed(points: readonly Point[]): { readonly projection: GeoProjection; readonly window: Box } {
  const middle = turned(points),
    flat = points.map(([longitude, latitude]) => [nearest(longitude, middle), latitude] as const);
  const west = Math.min(...flat.map(([x]) => x)), east = Math.max(...flat.map(([x]) => x));
  const south = Math.min(...flat.map(([, y]) => y)), north = Math.max(...flat.map(([, y]) => y));
  const wide = Math.max(0, spanDegreesMin - (east - west)) / 2,
    high = Math.max(0, spanDegreesMin - (north - south)) / 2;
  const corners = [[west - wide, south - high], [east + wide, north + high]];
  const centre = (west + east) / 2;
  const projection = geoMercator().rotate([-centre, 0])
    .fitExtent([[margin, margin], [width - margin, height - margin]], {
      type: "MultiPoint",
      coordinates: corners,
    })
    .clipExtent([[-2, -2], [width + 2, height + 2]]);
  // Mercator's meridians are straight: half a width is as many degrees everywhere.
  const half = Math.min(180, width / 2 / projection.scale() * 180 / Math.PI);
  const latitude = (y: number) => projection.invert?.([width / 2, y])?.[1] ?? 0;
  const window = { west: centre - half, east: centre + half, south: latitude(height), north: latitude(0) };
  return { projection, window };
}

/** The longitude in the middle of the points, on a round earth. */
function turned(points: readonly Point[]): number {
  const radians = points.map(([longitude]) => longitude * Math.PI / 180);
  const sum = (of: (angle: number) => number) => radians.reduce((total, angle) => total + of(angle), 0);
  return Math.atan2(sum(Math.sin), sum(Math.cos)) * 180 / Math.PI;
}

function nearest(longitude: number, middle: number): number {
  return longitude + 360 * Math.round((middle - longitude) / 360);
}

/** Writes whole numbers and leaves out what moves less than two of them: a quarter of the text. */
function thriftyPen(): { readonly context: GeoContext; readonly written: () => string } {
  let path = "", at: readonly [number, number] = [0, 0];
  const put = (command: string, x: number, y: number) => {
    at = [Math.round(x), Math.round(y)];
    path += `${command}${at.join(" ")}`;
  };
  const context: GeoContext = {
    beginPath: () => {},
    moveTo: (x, y) => put("M", x, y),
    lineTo: (x, y) => {
      if (Math.abs(x - at[0]) + Math.abs(y - at[1]) >= 2) put("L", x, y);
    },
    closePath: () => void (path += "Z"),
    arc: () => {},
  };
  // Islands that have shrunk to a point or a line.
  return { context, written: () => path.replace(/M-?\d+ -?\d+(L-?\d+ -?\d+)?Z/g, "") };
}

function dot({ point }: Stop, last: boolean, projection: GeoProjection): Markup {
  const [x, y] = at(point, projection);
  if (!last) {
    return markup`
      <circle class="stop" cx="${x}" cy="${y}" r="5" />
    `;
  }
  return markup`
    <circle class="halo" cx="${x}" cy="${y}" r="15" />
    <circle class="here" cx="${x}" cy="${y}" r="8" />
  `;
}

/** Of the first and the last stop, where they do not stand in each other's way. */
function namesOf(stops: readonly Stop[], projection: GeoProjection): readonly Markup[] {
  const first = stops[0]!, last = stops.at(-1)!;
  const [firstX, firstY] = at(first.point, projection), [lastX, lastY] = at(last.point, projection);
  const apart = Math.abs(firstY - lastY) > 40 || Math.abs(firstX - lastX) > 200;
  return [...(apart ? [first] : []), last].map(({ name, point }) => {
    const [x, y] = at(point, projection),
      side = x > width * 0.6 ? "end" : x < width * 0.4 ? "start" : "middle";
    const above = y > height / 2 ? -22 : 36;
    return markup`<text x="${x}" y="${y + above}" text-anchor="${side}">${name}</text>`;
  });
}

function at(point: Point, projection: GeoProjection): readonly [number, number] {
  const [x, y] = projection([...point]) ?? [0, 0];
  return [Math.round(x), Math.round(y)];
}
