import fc from "fast-check";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { languages, textsOf } from "../tracking/languages.ts";
import { mailOf, smsOf } from "./message.ts";
import { readOverrides } from "./overrides.ts";
import { smsLength, smsText } from "./sms_text.ts";
import { notificationTexts } from "./templates/all.ts";
import { everyNotice, sampleNotice } from "./testing/samples.ts";

const none = () => undefined;

describe("a mail", () => {
  test.each(everyNotice)(
    "%s in %s says what happened, where to look, and how to hear no more",
    (milestone, language) => {
      const notice = sampleNotice(milestone, language), mail = mailOf(notice, none);
      expect(mail.subject).toContain("536365");
      for (const part of [mail.text, mail.html ?? ""]) {
        expect(part).toContain("Ada Lovelace");
        expect(part).toContain("536365");
        expect(part).toContain(notice.links.unsubscribe);
        expect(part).toContain(notice.links.preferences);
        if (notice.links.tracking) expect(part).toContain(notice.links.tracking);
        expect(part).not.toMatch(/undefined|\[object|NaN/);
      }
      expect(mail.text).toContain(notice.title);
      expect(mail.html).toContain(`lang="${language}"`);
      expect(mail.headers).toMatchObject({
        "Auto-Submitted": "auto-generated",
        "List-Unsubscribe": `<${notice.links.unsubscribe}>`,
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
      });
    },
  );

  test("no two milestones say the same", () => {
    const titles = everyNotice.map(([milestone, language]) => sampleNotice(milestone, language).subject);
    expect(new Set(titles).size).toBe(titles.length);
  });

  test("a delay says why and when instead", () => {
    expect(sampleNotice("delayed").text).toContain("later than it first said");
    expect(sampleNotice("delayed").text).toContain("Thursday 26 November");
    expect(sampleNotice("delayed").expected).toBeUndefined();
    expect(sampleNotice("shipped").expected).toContain("24 November");
    expect(sampleNotice("shipped", "en", { nowMs: Date.UTC(2026, 10, 26) }).expected).toBeUndefined();
  });

  test("a carrier without a name of its own is the carrier", () => {
    for (const language of languages) {
      const { otherCarrier, carrier } = textsOf[language].page;
      const mail = mailOf(sampleNotice("shipped", language, { view: { trackingNumber: "1" } }), none);
      expect(mail.text).toContain(`${carrier}: ${otherCarrier}\n`);
      expect(mail.text.match(new RegExp(otherCarrier, "g"))).toHaveLength(1);
      expect(mail.html).toContain(otherCarrier);
      expect(mail.text).toContain(notificationTexts[language].shipped.text(undefined));
    }
  });

  test("what customers and shops wrote is text, and begins no header", () => {
    fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => {
      const orderNumber = `${text}\r\nBcc: all@example.org<b>`;
      const mail = mailOf(sampleNotice("shipped", "en", { orderNumber, name: `<script>${text}` }), none);
      expect(mail.subject).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
      expect(mail.html).not.toContain("<script>");
      expect(mail.html).not.toContain("org<b>");
    }));
  });

  test("of a long order lists ten lines, and how many more there are", () => {
    const lines = Array.from({ length: 13 }, (_, i) => ({ description: `Thing ${i}`, quantity: 1 }));
    const { text } = mailOf(sampleNotice("confirmed", "en", { lines }), none);
    expect(text).toContain("Thing 9");
    expect(text).not.toContain("Thing 10");
    expect(text).toContain("and 3 more items");
  });
});

describe("a text message", () => {
  test.each(everyNotice)("%s in %s fits into two, with the whole link", (milestone, language) => {
    const notice = sampleNotice(milestone, language), text = smsText(notice);
    expect(smsLength(text).segments).toBeLessThanOrEqual(2);
    expect(text).toMatch(/^Corner Shop: /);
    if (notice.links.tracking) expect(text).toContain(notice.links.tracking);
  });

  test("fits whatever names there are", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", maxLength: 100 }),
        fc.string({ maxLength: 60 }),
        (name, orderNumber) => {
          const notice = sampleNotice("out_for_delivery", "fr", { orderNumber, shop: { name } });
          expect(smsLength(smsText(notice)).segments).toBeLessThanOrEqual(2);
        },
      ),
    );
  });

  test.each([
    ["a".repeat(160), "gsm-7", 1],
    ["a".repeat(161), "gsm-7", 2],
    ["€".repeat(80), "gsm-7", 1],
    ["€".repeat(81), "gsm-7", 2],
    ["ê".repeat(70), "ucs-2", 1],
    ["ê".repeat(71), "ucs-2", 2],
    ["ê".repeat(135), "ucs-2", 3],
  ])("%s is counted as carriers do", (text, alphabet, segments) => {
    expect(smsLength(text)).toEqual({ alphabet, segments });
  });
});

describe("a shop's own templates", () => {
  const withFiles = <T>(files: Readonly<Record<string, string>>, use: (folder: string) => T): T => {
    const folder = mkdtempSync(join(tmpdir(), "waybill-templates-"));
    try {
      for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
      return use(folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  };

  test("replace the parts that they name, for their language alone", () => {
    const files = {
      "shipped.en.subject": "{{ order }} left\n",
      "shipped.en.html": `<b>{{name}}</b> <a href="{{unsubscribeUrl}}">enough</a>`,
      "shipped.en.sms": "Gone: {{trackingUrl}}",
    };
    withFiles(files, (folder) => {
      const overrides = readOverrides(folder), notice = sampleNotice("shipped", "en", { name: "A & <b>" });
      const mail = mailOf(notice, overrides);
      expect(mail.subject).toBe("536365 left");
      expect(mail.html).toBe(`<b>A &amp; &lt;b&gt;</b> <a href="${notice.links.unsubscribe}">enough</a>`);
      expect(mail.text).toContain("Your parcel has left");
      expect(smsOf(notice, overrides).text).toBe(`Gone: ${notice.links.tracking}`);
      expect(mailOf(sampleNotice("shipped", "de"), overrides).subject).toContain("unterwegs");
    });
  });

  test("that cannot be meant so are all named, with what there is", () => {
    const files = {
      "shiped.en.txt": "x",
      "shipped.xx.txt": "x",
      "shipped.en.pdf": "x",
      "delivered.de.txt": "{{ordr}}",
      "delayed.fr.html": "<b>late</b>",
    };
    withFiles(files, (folder) => {
      const error = (() => {
        try {
          readOverrides(folder);
        } catch (thrown) {
          return String(thrown);
        }
      })();
      for (const name of Object.keys(files)) expect(error).toContain(name);
      expect(error).toContain("it names ordr; there are shop, order");
      expect(error).toContain("{{unsubscribeUrl}}");
    });
  });
});
