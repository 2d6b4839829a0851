import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { customerRequestKinds } from "../../actors/commands.ts";
import { requestFields } from "./requests.ts";
import { languages, textsOf } from "./languages.ts";
import { pageMaker } from "./page_maker.ts";
import { beforeDeliveryMs, parcel, shop, standings, wellScanned } from "./testing/samples.ts";
import { delayReasons, type SubTexts } from "./texts/texts.ts";
import type { Branding } from "./view.ts";

const makerFor = (branding: Branding) => pageMaker(branding, () => beforeDeliveryMs);
const maker = makerFor(shop);
/** What a reader sees of it, in one line. */
const textOf = (page: string) => page.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");
/** All that is left out of a template by mistake. */
const gaps = /undefined|null|NaN|\[object|function|Invalid Date|=>/;

describe("the page", () => {
  test.each(languages)("says something for every status and sub-status in %s", async (language) => {
    const texts = textsOf[language];
    for (const said of standings) {
      const view = parcel(said), page = await maker.page(view, language);
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
      const { states, refused, faults, kinds } = textsOf[language].requests;
      const all = [statuses, subs, delays, whoseMove, states, refused, faults, kinds].flatMap((part) =>
        leavesOf(part)
      );
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
      const page = await maker.page(parcel("in_transit", { delayed }), language);
      expect(textOf(page).replaceAll("&#39;", "'")).toContain(textsOf[language].delays[reason]);
    }
    const unknown = parcel("in_transit", { delayed: { reason: "strike", since: "not a time" } });
    expect(await maker.page(unknown, "en")).toContain("<strong>It is late.</strong>");
  });

  test.each(languages)("a carrier without a name of its own is called so in %s", async (language) => {
    const { carrierTitle: _, carrierUrl: __, ...view } = parcel("in_transit/processing");
    const page = await maker.page(view, language), { otherCarrier, wordsOf } = textsOf[language].page;
    expect(page).not.toMatch(gaps);
    expect(page).toContain(`<dd>${otherCarrier}</dd>`);
    expect(page).toContain(`"provider":{"@type":"Organization","name":"${otherCarrier}"}`);
    expect(page).toContain(wordsOf(undefined));
    const entry = await maker.calendar(view, language, "https://shop.example/t/token");
    expect(entry).toContain(`DESCRIPTION:${otherCarrier} 1Z999AA10123456784`);
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
    const page = await makerFor(branding).page(view, "en");
    expect(page).not.toContain("javascript:");
    const own = /<script src="[^"]+" defer><\/script>|<script type="application\/ld\+json">[^<]+<\/script>/g;
    expect(page.match(own)).toHaveLength(2);
    expect(page.replace(own, "")).not.toMatch(/<\/?script/);
    for (const [, value] of page.matchAll(/="([^"]*)"/g)) expect(value).not.toMatch(/[<>]/);
  });

  test("any text makes a page whose tags are only its own", async () => {
    const tags = (page: string) => [...page.matchAll(/<\/?([a-z0-9]+)/gi)].map(([, name]) => name);
    const plain = tags(await maker.page(parcel("exception/held", { orderNumber: "1" }), "fr"));
    await fc.assert(fc.asyncProperty(fc.string({ minLength: 1 }), async (text) => {
      const lines = parcel("exception/held").lines!.map((line) => ({ ...line, description: text }));
      const view = parcel("exception/held", { orderNumber: text, trackingNumber: text, lines });
      expect(tags(await maker.page(view, "fr"))).toEqual(plain);
    }));
  });

  test("shows 200 scans, the newest first and the old ones folded away", async () => {
    const page = await maker.page(wellScanned(200), "de");
    expect(page.match(/<li><time/g)).toHaveLength(200);
    expect(page).toContain("194 frühere Meldungen");
    expect(page.indexOf("Scan 200<")).toBeLessThan(page.indexOf("Scan 199<"));
    expect(page.length).toBeLessThan(120_000);
  });

  test("offers only what somebody is behind", async () => {
    const offers = async (said: string, branding: Branding, more = {}) => {
      const page = await makerFor(branding).page(parcel(said, more), "en");
      return [...page.matchAll(/class="button" href="([^"?]+)/g)].map(([, url]) =>
        url!.replace(/:.*$/, "").replace(/^\/t\/token\/requests\//, "")
      );
    };
    const { contactEmail: _, ...silent } = shop,
      page = { ...silent, contactUrl: "https://shop.example/help" };
    expect(await offers("pre_transit", shop)).toEqual(["address_change", "https", "contact", "mailto"]);
    expect(await offers("in_transit", shop)).toEqual(["pickup_point", "https", "contact", "mailto"]);
    expect(await offers("delivery_attempted", shop)).toEqual(["pickup_point", "https", "contact", "mailto"]);
    expect(await offers("out_for_delivery", shop)).toEqual(["https", "contact", "mailto"]);
    expect(await offers("cancelled", shop)).toEqual(["contact", "mailto"]);
    expect(await offers("delivered", page)).toEqual(["https", "contact", "https"]);
    expect(await offers("delivered", silent, { carrierUrl: "ftp://x" })).toEqual(["contact"]);
  });

  test.each(languages)("says what became of everything that was asked for in %s", async (language) => {
    const { requests: texts } = textsOf[language];
    for (const kind of customerRequestKinds) {
      for (const status of ["open", "done", "declined", "replaced", "lapsed"] as const) {
        const asked = { request: "req_1", kind, status, askedAt: "2026-11-20T10:00:00Z" };
        const page = await maker.page(parcel("in_transit", { requests: [asked] }), language);
        expect(page).not.toMatch(gaps);
        for (const text of [texts.yours, texts.kinds[kind].asked, texts.states[status]]) {
          expect(textOf(page)).toContain(text);
        }
      }
    }
  });

  test.each(languages)("every form has its texts, and says what is wrong with it in %s", (language) => {
    const { requests: texts } = textsOf[language];
    for (const kind of customerRequestKinds) {
      const faults = Object.fromEntries(requestFields[kind].map(({ name }) => [name, "missing" as const]));
      const page = maker.request(parcel("in_transit"), language, { kind, key: "k", filled: {}, faults });
      expect(page).not.toMatch(gaps);
      expect(page).toContain(`<title>${texts.wrong} – `);
      for (const { name } of requestFields[kind]) {
        expect(textOf(page)).toContain(texts.fields[name]);
        expect(page).toContain(`<a href="#${name}">`);
      }
      expect(page.match(/aria-invalid="true"/g)).toHaveLength(requestFields[kind].length);
    }
  });

  test("a form gives back what was filled in, as text", () => {
    const hostile = `"><script>alert(1)</script></textarea>`, kind = "pickup_point" as const;
    const page = maker.request(parcel("in_transit"), "en", {
      kind,
      key: "k",
      filled: { point: hostile, message: "\nsecond line" },
      refused: "uncertain",
    });
    expect(page).not.toContain("<script");
    expect(page).toContain("&lt;/textarea&gt;</textarea>");
    expect(page).toContain(">\n\nsecond line</textarea>");
  });

  test("describes the parcel for machines", async () => {
    const page = await maker.page(parcel("out_for_delivery"), "en");
    const [, json = ""] = /<script type="application\/ld\+json">(.*)<\/script>/.exec(page) ?? [];
    expect(JSON.parse(json)).toEqual({
      "@context": "https://schema.org",
      "@type": "ParcelDelivery",
      trackingNumber: "1Z999AA10123456784",
      trackingUrl: "https://www.ups.com/track?tracknum=1Z999AA10123456784",
      provider: { "@type": "Organization", name: "UPS" },
      expectedArrivalFrom: "2026-11-20T13:00:00Z",
      expectedArrivalUntil: "2026-11-20T15:00:00Z",
      itemShipped: [
        { "@type": "Product", name: "White hanging heart T-light holder" },
        { "@type": "Product", name: "Knitted Union flag hot water bottle" },
      ],
      partOfOrder: {
        "@type": "Order",
        orderNumber: "536365",
        orderStatus: "https://schema.org/OrderInTransit",
        merchant: { "@type": "Organization", name: "Heart & Holder" },
      },
    });
  });

  test("asks the customer to act where it is their move, and no one else", async () => {
    const page = (said: string) => maker.page(parcel(said), "en");
    expect(await page("exception/customs_duties_unpaid")).toContain("notice asked");
    expect(await page("available_for_pickup")).toContain("notice asked");
    expect(await page("exception/lost")).not.toContain("notice asked");
    expect(await page("exception/lost")).toContain(textsOf.en.whoseMove.merchant);
  });

  test("has nothing from elsewhere, and is not for search engines", async () => {
    const page = await maker.page(parcel("delivered"), "es");
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
