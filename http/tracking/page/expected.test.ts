import { expect, test } from "vitest";
import { languages, textsOf } from "../languages.ts";
import { pageMaker } from "../page_maker.ts";
import { beforeDeliveryMs, parcel, shop, standings } from "../testing/samples.ts";
import { isExpected } from "./expected.ts";

const makerAt = (nowMs: number) => pageMaker(shop, () => nowMs);
const maker = makerAt(beforeDeliveryMs);

test.each(languages)(
  "an estimate that has passed is none any more, and that is said in %s",
  async (language) => {
    const { awaited, calendar } = textsOf[language].page, late = makerAt(Date.UTC(2026, 10, 20, 16));
    const url = "https://shop.example/t/token";
    for (const said of standings) {
      const view = parcel(said), isLive = isExpected(view);
      expect(await maker.calendar(view, language, url) !== undefined, said).toBe(isLive);
      const [before, after] = [await maker.page(view, language), await late.page(view, language)];
      expect([before.includes(calendar), before.includes("expectedArrival")], said).toEqual([isLive, true]);
      expect(before, said).not.toContain(awaited);
      expect([after.includes(awaited), after.includes("expectedArrival")], said).toEqual([isLive, !isLive]);
      expect(after, said).not.toContain(calendar);
      expect(await late.calendar(view, language, url), said).toBeUndefined();
    }
  },
);

test.each([
  ["GB", "2026-11-20T23:59:00Z", "2026-11-21T00:00:00Z"],
  ["JP", "2026-11-20T14:59:00Z", "2026-11-20T15:00:00Z"],
  [undefined, "2026-11-21T11:59:00Z", "2026-11-21T12:00:00Z"], // Where nobody knows, it is over everywhere.
])("a day's estimate to %s lasts until midnight there", async (country, last, first) => {
  const { destinationCountry: _, ...rest } = parcel("in_transit");
  const view = {
    ...rest,
    ...(country !== undefined && { destinationCountry: country }),
    estimatedDelivery: { from: "2026-11-19", to: "2026-11-20" },
  };
  const pageAt = (at: string) => makerAt(Date.parse(at)).page(view, "en");
  expect(await pageAt(last)).not.toContain(textsOf.en.page.awaited);
  expect(await pageAt(first)).toContain(textsOf.en.page.awaited);
});
