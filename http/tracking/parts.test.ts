import { describe, expect, test } from "vitest";
import { openAtlas } from "./atlas.ts";
import { coloursOf, dressOf } from "./branding.ts";
import { contrast, readableOn } from "./contrast.ts";
import { journeyOf } from "./journey.ts";
import { counted, languageFor } from "./languages.ts";
import { mapMaker } from "./map.ts";
import { openPlaces } from "./places.ts";
import { progressOf } from "./progress.ts";
import { parcel } from "./testing/samples.ts";
import { clockFor } from "./times.ts";

describe("places", () => {
  test.each([
    ["Louisville, KY, US", "US", "America/Kentucky/Louisville"],
    ["LEIPZIG - GERMANY", "DE", "Europe/Berlin"],
    ["Köln", "DE", "Europe/Berlin"],
    ["Koeln", "DE", "Europe/Berlin"],
    ["Berlin, DE", "DE", "Europe/Berlin"],
    ["Los Angeles, CA", "US", "America/Los_Angeles"],
    ["Toronto, CA", "CA", "America/Toronto"],
    ["London, GB", "GB", "Europe/London"],
    ["Hong Kong", "HK", "Asia/Hong_Kong"],
  ])("knows %s", async (location, country, zone) => {
    expect((await openPlaces()).find(location)).toMatchObject({ country, zone, point: expect.any(Array) });
  });

  test.each([
    ["London", {}], // In three countries.
    ["Springfield, US", { country: "US" }],
    ["East Midlands, GB", { country: "GB", zone: "Europe/London" }],
    ["GERMANY", { country: "DE", zone: "Europe/Berlin" }],
  ])("of %s it knows only %j", async (location, known) => {
    const { name: _, ...found } = (await openPlaces()).find(location) ?? { name: "" };
    expect(found).toEqual(known);
  });

  test.each(["Hodgkins, IL", "Paris, KY", "Nowhere", "", ", ,", "123"])(
    "does not guess %j",
    async (location) => {
      expect((await openPlaces()).find(location)).toBeUndefined();
    },
  );
});

describe("times", () => {
  const at = "2026-11-18T22:48:00Z";

  test("are those of the place, in the language's own form", () => {
    expect(clockFor("de", "DE").written({ at }, "Europe/Berlin")).toEqual(
      { day: "Mittwoch, 18. November", time: "23:48", zone: "MEZ", machine: at },
    );
    expect(clockFor("en", "US").written({ at }, "America/Chicago")).toMatchObject(
      { day: "Wednesday, November 18", time: expect.stringMatching(/^4:48\sPM$/), zone: "CST" },
    );
  });

  test("without a known zone are in UTC and say so; the carrier's local time stays as it is", () => {
    expect(clockFor("en").written({ at }, undefined)).toMatchObject({ time: "22:48", zone: "UTC" });
    const local = clockFor("en").written({ at, localTime: "2026-11-18T22:48:00" }, "Asia/Tokyo");
    expect(local).toEqual({ day: "Wednesday 18 November", time: "22:48", machine: "2026-11-18T22:48:00" });
  });

  test("a window has hours or days, and bad ones are left out", () => {
    const clock = clockFor("en");
    const hours = clock.window({ from: "2026-11-20T13:00:00Z", to: "2026-11-20T15:00:00Z" }, "Europe/Berlin");
    expect(hours).toMatch(/^Friday 20 November,? 14:00–16:00 CET$/);
    expect(clock.window({ from: "2026-11-20", to: "2026-11-22" }, "Asia/Tokyo"))
      .toMatch(/^Friday 20 November\s–\sSunday 22 November$/);
    expect(clock.window({ from: "2026-11-20", to: "2026-11-20" }, undefined)).toBe("Friday 20 November");
    expect(clock.window({ from: "soon", to: "later" }, undefined)).toBeUndefined();
    expect(clock.written({ at: "then" }, undefined)).toBeUndefined();
  });
});

describe("languages", () => {
  test.each([
    [{ chosen: "fr", customers: "de", accepted: "es" }, "fr"],
    [{ chosen: "xx", customers: "de-AT", accepted: "es" }, "de"],
    [{ accepted: "nl, es-MX;q=0.8, fr;q=0.9" }, "fr"],
    [{ accepted: "de;q=0, es;q=0.1" }, "es"],
    [{ customers: "ja", accepted: "*" }, "en"],
    [{}, "en"],
  ])("of %j speaks %s", (wishes, language) => expect(languageFor(wishes)).toBe(language));

  test("count by their own rules", () => {
    const forms = { one: (n: string) => `${n} one`, other: (n: string) => `${n} other` };
    expect([0, 1, 2].map((n) => counted("en", n, forms))).toEqual(["0 other", "1 one", "2 other"]);
    expect([0, 1, 2].map((n) => counted("fr", n, forms))).toEqual(["0 one", "1 one", "2 other"]);
    expect(counted("de", 1_234, forms)).toBe("1.234 other");
  });
});

describe("progress", () => {
  const states = (said: string) => progressOf(parcel(said)).map(({ name, state }) => `${name} ${state}`);

  test.each([
    ["pre_transit", ["announced current", "moving ahead", "out ahead", "delivered ahead"]],
    ["out_for_delivery", ["announced done", "moving done", "out current", "delivered ahead"]],
    ["available_for_pickup", ["announced done", "moving done", "pickup current", "delivered ahead"]],
    ["delivered", ["announced done", "moving done", "out done", "delivered done"]],
    ["exception/held", ["announced done", "moving stopped", "out ahead", "delivered ahead"]],
    ["return_to_sender", ["announced done", "moving done", "returning current", "returned ahead"]],
    ["return_to_sender/returned", ["announced done", "moving done", "returning done", "returned done"]],
    ["cancelled", []],
    ["unknown", []],
  ])("of %s", (said, expected) => expect(states(said)).toEqual(expected));
});

describe("the map", () => {
  test("draws the journey, and says it in words", async () => {
    const journey = journeyOf(parcel("delivered"), await openPlaces())!;
    expect(journey.stops.map(({ name }) => name)).toEqual(["Shenzhen", "Hong Kong", "Leipzig", "London"]);
    const { text } = mapMaker(await openAtlas())(journey, `from "here" to there`);
    expect(text).toContain('role="img" aria-label="from &quot;here&quot; to there"');
    expect(text).toMatch(/class="aim" d="M/);
    const places = await openPlaces();
    for (const destinationCountry of ["US", "NZ", "PT", "ES"]) {
      const there = journeyOf(parcel("pre_transit", { destinationCountry }), places)!;
      expect(mapMaker(await openAtlas())(there, "x").text, destinationCountry).toMatch(/class="aim" d="M/);
    }
    expect(text.length).toBeLessThan(40_000);
    expect(text).not.toMatch(/NaN|Infinity/);
  });

  test("across the Pacific, within one town, or pole to pole", async () => {
    const draw = mapMaker(await openAtlas());
    const stop = (name: string, longitude: number, latitude: number) => ({
      name,
      point: [longitude, latitude] as const,
    });
    for (
      const stops of [
        [stop("Tokyo", 139.7, 35.7), stop("Los Angeles", -118.2, 34)],
        [stop("Here", 10, 50), stop("There", 10.001, 50.001)],
        [stop("North", 15, 78), stop("South", -68, -54)],
        [stop("Antipodes", 0, 0), stop("Other side", 180, 0)],
      ]
    ) {
      const { text } = draw({ stops }, "x");
      expect(text).not.toMatch(/NaN|Infinity/);
      for (const [, x, y] of text.matchAll(/cx="(-?\d+)" cy="(-?\d+)"/g)) {
        expect([Number(x) >= 0 && Number(x) <= 640, Number(y) >= 0 && Number(y) <= 360]).toEqual([
          true,
          true,
        ]);
      }
    }
  });

  test("is left out where places are unknown", async () => {
    const places = await openPlaces(), { origin: _, ...rest } = parcel("in_transit");
    const events = rest.events.map((event) => ({ ...event, location: "Hub 7" }));
    expect(journeyOf({ ...rest, events }, places)).toBeUndefined();
  });
});

describe("branding", () => {
  test.each(["#ffff00", "#000000", "#ffffff", "#d9480f", "#0b5cad", "#777777"])(
    "%s can be read",
    (colour) => {
      const [light, dark] = [...coloursOf(colour).matchAll(/--accent: (#\w+); --on-accent: (#\w+)/g)];
      for (const ground of ["#ffffff", "#f3f4f6"]) {
        expect(contrast(light![1]!, ground))
          .toBeGreaterThanOrEqual(4.5);
      }
      for (const ground of ["#1b2025", "#111417"]) {
        expect(contrast(dark![1]!, ground)).toBeGreaterThanOrEqual(4.5);
      }
      for (const found of [light, dark]) expect(contrast(found![1]!, found![2]!)).toBeGreaterThanOrEqual(4.5);
    },
  );

  test("a colour that can be read is left alone", () =>
    expect(readableOn("#0b5cad", ["#ffffff"])).toBe("#0b5cad"));

  test("takes logos as files or data, and refuses what is none", () => {
    const svg = "<svg xmlns='http://www.w3.org/2000/svg'/>";
    const { files, assets } = dressOf({ name: "x", logo: `data:image/svg+xml,${encodeURIComponent(svg)}` });
    expect(new TextDecoder().decode(files.get("logo")!.body)).toBe(svg);
    expect(assets.logo).toMatch(/^\/t\/assets\/logo\?v=.{12}$/);
    expect(dressOf({ name: "x", logo: "data:image/png;base64,AAEC" }).files.get("logo")).toEqual(
      { type: "image/png", body: new Uint8Array([0, 1, 2]) },
    );
    expect(() => dressOf({ name: "x", logo: "data:text/html,hello" })).toThrow("no SVG");
    expect(() => dressOf({ name: "x", logo: "logo.exe" })).toThrow("no SVG");
    expect(() => dressOf({ name: "x", logo: "/nowhere/logo.png" })).toThrow();
    expect(() => dressOf({ name: "x", colour: "red" })).toThrow("it is not #rrggbb");
  });
});
