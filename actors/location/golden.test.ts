import { expect, test } from "vitest";
import { fold } from "../testing/given.ts";
import { GoldenFiles } from "../testing/golden.ts";
import { location } from "./location.ts";
import { type LocationEvent, locationEventVersions } from "./location_events.ts";

const golden = new GoldenFiles(new URL("./golden/", import.meta.url));

test("there is a golden file for each event of a location, and none has changed", () =>
  expect(golden.problems(locationEventVersions)).toEqual([]));

test("a location's events are still understood", () => {
  const read = (type: LocationEvent["type"]) => golden.read(type, 1) as LocationEvent;
  const described = fold(location, location.initial("LON"), [read("location.described")]);
  expect(location.answer(described)).toEqual({
    ok: true,
    value: {
      location: "LON",
      name: "London",
      country: "GB",
      postalCode: "E1 6AN",
      latitude: 51.5,
      longitude: -0.07,
      priority: 1,
    },
  });
  const stocked = fold(location, described, [read("location.stocked")]);
  expect(stocked.skus.toArray()).toEqual(["85123A", "22423"]);
});
