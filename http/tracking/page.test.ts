import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { subStatuses, trackingStatuses } from "../../actors/parcel/status.ts";
import { languages, textsOf } from "./languages.ts";
import { pageMaker } from "./page_maker.ts";
import { parcel, shop, wellScanned } from "./testing/samples.ts";
import { delayReasons, type SubTexts } from "./texts/texts.ts";

const maker = pageMaker(shop);
const standings = trackingStatuses.flatMap((status) => [
  status,
  ...subStatuses[status].map((sub) => `${status}/${sub}`),
  `${status}/only_the_carrier_knows`,
]);
/** What a reader sees of it, in one line. */
const textOf = (page: string) => page.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");
/** All that is left out of a template by mistake. */
const gaps = /undefined|null|NaN|\[object|function|Invalid Date|=>/;

describe("the page", () => {
  test.each(languages)("says something for every status and sub-status in %s", async (language) => {
    const texts = textsOf[language];
    for (const said of standings) {
      const view = parcel(said), page = await maker.page(view, "token", language);
      expect(page, said).not.toMatch(gaps);
      expect(page, said).toContain(`<html lang="${language}">`);
      expect(page, said).toContain(`data-status="${view.status}"`);
      const [, sub = ""] = said.split("/"), subs: Record<string, SubTexts> = texts.subStatuses[view.status];
      const ownHeadline = sub in subs && (view.status === "exception" || sub === "returned");
      const expected = [ownHeadline ? "" : texts.statuses[view.status].title, ...(subs[sub] ?? [])];
      for (const text of expected) {
        expect(textOf(page), said).toContain((text ?? "").replaceAll("'", "&#39;"));
      }
      expect(page.match(/<h1>/g), said).toHaveLength(1);
    }
  });

  test("no two languages share a sentence, and none is empty", () => {
    const sentences = languages.map((language) => {
      const { statuses, subStatuses: subs, delays, whoseMove } = textsOf[language];
      const all = [statuses, subs, delays, whoseMove].flatMap((part) => leavesOf(part));
      expect(all.every((text) => text.trim() === text && text.length > 1)).toBe(true);
      return new Set(all.filter((text) => text.includes(" ")));
    });
    for (const [i, one] of sentences.entries()) {
      for (const other of sentences.slice(i + 1)) {
        expect([...one].filter((text) => other.has(text))).toEqual([]);
      }
    }
  });

  test.each(delayReasons)("says why it is late: %s", async (reason) => {
    for (const language of languages) {
      const delayed = { reason, since: "2026-11-19T00:00:00Z" };
      const page = await maker.page(parcel("in_transit", { delayed }), "token", language);
      expect(textOf(page).replaceAll("&#39;", "'")).toContain(textsOf[language].delays[reason]);
    }
    const unknown = parcel("in_transit", { delayed: { reason: "strike", since: "not a time" } });
    expect(await maker.page(unknown, "token", "en")).toContain("<strong>It is late.</strong>");
  });

  test("whatever others wrote stays text", async () => {
    const hostile = `<script>alert("1")</script>&"'\``;
    const base = parcel("in_transit/processing");
    const view = parcel("in_transit/processing", {
      events: base.events.map((event) => ({
        ...event,
        location: hostile,
        description: hostile,
        carrierCode: hostile,
        localTime: hostile,
      })),
      subStatus: hostile,
      orderNumber: hostile,
      trackingNumber: hostile,
      carrierTitle: hostile,
      carrierUrl: "javascript:alert(1)",
      origin: { name: hostile, latitude: 1, longitude: 2 },
      lines: [{ description: hostile, quantity: 1 }],
      delayed: { reason: hostile, since: hostile },
      estimatedDelivery: { from: hostile, to: hostile },
      destinationCountry: hostile,
      revision: hostile,
    });
    const branding = { name: hostile, contactEmail: `${hostile}@x`, legalUrl: `https://x/${hostile}` };
    const page = await pageMaker(branding).page(view, "token", "en");
    expect(page.match(/<script/g)).toHaveLength(1); // Its own.
    expect(page).not.toContain("javascript:");
    expect(page.replace(/<script src="[^"]+" defer><\/script>/, "")).not.toMatch(/<\/?script/);
    for (const [, value] of page.matchAll(/="([^"]*)"/g)) expect(value).not.toMatch(/[<>]/);
  });

  test("any text makes a page whose tags are only its own", async () => {
    const tags = (page: string) => [...page.matchAll(/<\/?([a-z0-9]+)/gi)].map(([, name]) => name);
    const plain = tags(await maker.page(parcel("exception/held", { orderNumber: "1" }), "token", "fr"));
    await fc.assert(fc.asyncProperty(fc.string({ minLength: 1 }), async (text) => {
      const lines = parcel("exception/held").lines!.map((line) => ({ ...line, description: text }));
      const view = parcel("exception/held", { orderNumber: text, trackingNumber: text, lines });
      expect(tags(await maker.page(view, "token", "fr"))).toEqual(plain);
    }));
  });

  test("shows 200 scans, the newest first and the old ones folded away", async () => {
    const page = await maker.page(wellScanned(200), "token", "de");
    expect(page.match(/<li><time/g)).toHaveLength(200);
    expect(page).toContain("194 frühere Meldungen");
    expect(page.indexOf("Scan 200<")).toBeLessThan(page.indexOf("Scan 199<"));
    expect(page.length).toBeLessThan(120_000);
  });

  test("offers only what somebody is behind", async () => {
    const offers = async (said: string, branding: Parameters<typeof pageMaker>[0], more = {}) => {
      const page = await pageMaker(branding).page(parcel(said, more), "token", "en");
      return [...page.matchAll(/class="button" href="([^":]+):/g)].map(([, scheme]) => scheme);
    };
    const { contactEmail: _, ...silent } = shop,
      page = { ...silent, contactUrl: "https://shop.example/help" };
    expect(await offers("pre_transit", shop)).toEqual(["mailto", "https", "mailto"]);
    expect(await offers("in_transit", shop)).toEqual(["https", "mailto"]);
    expect(await offers("cancelled", shop)).toEqual(["mailto"]);
    expect(await offers("pre_transit", page)).toEqual(["https", "https", "https"]);
    expect(await offers("pre_transit", silent)).toEqual(["https"]);
    expect(await offers("in_transit", silent, { carrierUrl: "ftp://x" })).toEqual([]);
  });

  test("asks the customer to act where it is their move, and no one else", async () => {
    const page = (said: string) => maker.page(parcel(said), "token", "en");
    expect(await page("exception/customs_duties_unpaid")).toContain("notice asked");
    expect(await page("available_for_pickup")).toContain("notice asked");
    expect(await page("exception/lost")).not.toContain("notice asked");
    expect(await page("exception/lost")).toContain(textsOf.en.whoseMove.merchant);
  });

  test("has nothing from elsewhere, and is not for search engines", async () => {
    const page = await maker.page(parcel("delivered"), "token", "es");
    expect([...page.matchAll(/(?:src|rel="stylesheet" href)="([^"]+)"/g)].map(([, url]) => url))
      .toEqual([
        expect.stringMatching(/^\/t\/assets\/page\.css\?v=/),
        expect.stringMatching(/^\/t\/assets\/page\.js\?v=/),
      ]);
    expect(page).toContain('<meta name="robots" content="noindex');
    expect(page).not.toMatch(/ style=| on[a-z]+=|<style/);
  });
});

function leavesOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(leavesOf) : [];
}
