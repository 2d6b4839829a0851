import { describe, expect, test } from "vitest";
import { poppler, programForTests } from "../../ops/local/test_programs.mjs";
import type { IssuedDocument } from "../../actors/series/document.ts";
import { einvoiceXml } from "./einvoice/xml.ts";
import { epcCode } from "./epc.ts";
import { renderDocument } from "./render.ts";
import { Poppler } from "./testing/poppler.ts";
import {
  buyer,
  creditNote,
  documentOf,
  germanSeller,
  manyLines,
  type Sample,
  seller,
  viewOf,
} from "./testing/samples.ts";
import { textsOf } from "./texts/in_language.ts";
import type { DocumentView } from "./view.ts";

const one: Sample = {
  lines: [{
    quantity: 6,
    unitPrice: "2.55",
    sku: "85123A",
    description: "White hanging heart T-light holder",
  }],
  shipping: { amount: "4.95", service: "Express" },
};
const rendered = async (view: DocumentView, as: "pdf" | "facturx.pdf" = "pdf") =>
  (await renderDocument(view, as)).body as Uint8Array;

test("the same view gives the same bytes", async () => {
  const view = viewOf({ lines: manyLines(40) });
  for (const as of ["pdf", "facturx.pdf"] as const) {
    expect(Buffer.compare(await rendered(view, as), await rendered(view, as))).toBe(0);
  }
});
test("others have their turn after each page of a long one", async () => {
  let turns = 0, over = false;
  const others = () => {
    turns++;
    if (!over) setImmediate(others);
  };
  setImmediate(others);
  await rendered(viewOf({ lines: manyLines(200) }));
  over = true;
  expect(turns).toBeGreaterThan(5);
});
test("a logo takes the place of the seller's name", async () => {
  const png =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
  const logo = Buffer.from(png, "base64");
  expect((await rendered(viewOf(one, { logo }))).length).not.toBe((await rendered(viewOf(one))).length);
});
test("a phone reads the transfer of what is due in euros, and of nothing else", () => {
  const sample = { ...one, currency: "EUR", paid: "4.30" };
  expect(epcCode(documentOf(sample), germanSeller)?.split("\n")).toEqual([
    ...["BCD", "002", "1", "SCT", "BYLADEM1001", "Küstenhandel Möller GmbH"],
    ...["DE02120300000000202051", "EUR20.00", "", "", "INV-2026-000123"],
  ]);
  expect(epcCode(documentOf({ ...one, paid: "0" }), germanSeller)).toBeUndefined();
  expect(epcCode(documentOf({ ...sample, document: creditNote }), germanSeller)).toBeUndefined();
});

const program = programForTests(poppler);

describe.skipIf(program === undefined)("a reader of the PDF", () => {
  const reader = new Poppler(program ?? "");
  const text = async (sample: Sample, rest: Partial<DocumentView> = {}) =>
    (await reader.text(await rendered(viewOf(sample, rest)))).replace(/[ \u00a0]+/g, " ");

  test("finds parties, lines, tax and totals", async () => {
    const read = await text({ ...one, paid: "4.30" });
    const said = [
      ...["Invoice", "INV-2026-000123", "22 November 2026", "Analytical Engines", "Ada Løvelace", "SW1Y 4JH"],
      ...[
        "White hanging heart T-light holder",
        "Item 85123A",
        "6 2.55 20% 15.30",
        "Shipping (Express) 20% 4.95",
      ],
      ...["Net amount £20.25", "VAT 20% Taxable amount 20.25 £4.05", "Total £24.30", "Already paid £4.30"],
      ...["Amount due £20.00", "IBAN GB82 WEST 1234 5698 7654 32", "VAT ID GB123456789", "Page 1 of 1"],
    ];
    for (const part of said) expect(read).toContain(part);
  });
  test("finds what was bought with tax included at the prices that were agreed", async () => {
    const read = await text({ ...one, pricesIncludeTax: true });
    for (const part of ["incl. VAT", "6 2.55 20% 15.30", "Net amount £16.88", "Total £20.25"]) {
      expect(read).toContain(part);
    }
  });
  test("finds why a credit note exists", async () => {
    const read = await text({ ...one, document: creditNote });
    expect(read).toContain(
      "This credit note corrects INV-2026-000123 (22 November 2026). Reason: return of goods.",
    );
    for (const part of ["Credit note", "Total credit £24.30"]) expect(read).toContain(part);
    expect(read).not.toContain("Amount due");
  });
  /** What was written, without blanks and breaks: wherever rows end. */
  const unbroken = async (sample: Sample, rest: Partial<DocumentView> = {}) =>
    (await reader.text(await rendered(viewOf(sample, rest)), "raw")).replace(/\s/g, "");
  test("finds every number whole, however long", async () => {
    const numbers = {
      returnId: "ret_X6FT37YSN9WHDCYY8P56C7EQ88CSYK4W0Q1RZ9GKTM",
      order: "ORDER-".padEnd(127, "1234567890") + "Z",
      customer: "CUSTOMER-".padEnd(199, "0987654321") + "Z",
      vatId: "GB123456789",
      registration: "Companies House ".padEnd(160, "01234567 ") + "Z",
      reference: "INV-2026-".padEnd(60, "0") + "7",
    };
    const { order, ...rest } = documentOf(one);
    const corrected = Array.from(
      { length: 400 },
      (_, i) => ({ number: `INV-2026-1${i}Z`, issuedOn: rest.issuedOn }),
    );
    const document = {
      ...creditNote,
      corrects: corrected,
      returnId: numbers.returnId as IssuedDocument["returnId"] & string,
      order: { ...order!, number: numbers.order },
    };
    const who = {
      buyer: { ...buyer, id: numbers.customer },
      seller: { ...seller, registration: numbers.registration },
    };
    const read = await unbroken({ ...one, document }, who);
    for (const number of [numbers.order, numbers.customer, numbers.vatId, numbers.registration]) {
      expect(read).toContain(number.replaceAll(" ", ""));
    }
    for (const { number } of corrected) expect(read).toContain(number);
    expect(await text({ ...one, document }, who)).toContain(numbers.returnId); // In one piece.
    expect(await unbroken({ ...one, paid: "0", document: { number: numbers.reference } })).toContain(
      numbers.reference,
    );
  });
  test("finds every word of an address and of an item, and sees nothing beyond the page's end", async () => {
    const filled = (name: string, chars: number) => `${name} `.padEnd(chars - 1, "WIDE STREET ") + "Z";
    const address = {
      company: filled("Company", 200),
      name: filled("Receiver", 200),
      line1: filled("Street", 200),
      line2: filled("Floor", 200),
      city: filled("Town", 200),
      region: filled("County", 200),
      postalCode: "SW1Y 4JH",
      country: "GB",
    };
    const description = filled("Lamp", 500), lines = [{ quantity: 1, unitPrice: "1", description }];
    const view = { buyer: { ...buyer, address } }, read = await unbroken({ lines }, view);
    for (const words of [...Object.values(address).slice(0, -1), description]) {
      expect(read).toContain(words.replaceAll(" ", ""));
    }
    const pdf = await rendered(viewOf({ lines }, view));
    for (
      const { height, darkest } of await reader.pictures(pdf, (await reader.text(pdf)).split("\f").length - 1)
    ) {
      expect(darkest([0, 756], [596, 764])).toBe(255);
      expect(darkest([0, height - 12], [596, height])).toBe(255);
    }
  });
  test("sees where the name of a seller at the head goes on", async () => {
    const name = "Harbour & Heath and all of its sons and daughters ".repeat(4).trim();
    const read = await unbroken(one, { seller: { ...seller, name } });
    expect(read).toContain("…");
    expect(read).toContain(name.replaceAll(" ", "")); // Whole at the foot.
  });
  test.each([
    ["de", "Rechnung", "22. November 2026", "Gesamtbetrag 20.250,00 €"],
    ["fr", "Facture", "22 novembre 2026", "Total TTC 20 250,00 €"],
    ["es", "Factura", "22 de noviembre de 2026", "Total 20.250,00 €"],
  ])("reads it in the language %s", async (language, ...said) => {
    const sample = { currency: "EUR", lines: [{ quantity: 1, unitPrice: "16875" }] };
    const read = await text({ ...sample, lines: [{ ...sample.lines[0]!, taxRate: "0.20" }] }, { language });
    for (const part of said) expect(read).toContain(part);
  });
  test.each([["JPY", "1500", "JP¥4,950"], ["KWD", "1.234", "KWD 4.072"], ["CLF", "0.0001", "CLF 0.0003"]])(
    "finds amounts in %s with its own places",
    async (currency, unitPrice, total) => {
      expect(await text({ currency, lines: [{ quantity: 3, unitPrice, taxRate: "0.1" }] })).toContain(total);
    },
  );
  test("finds every line of a long one once, heads repeated, and sums carried forward", async () => {
    const read = await text({ lines: manyLines(300) });
    const pages = read.split("\f").slice(0, -1);
    for (let line = 1; line <= 300; line++) {
      expect(read.match(new RegExp(`Item SKU-${line}\\b`, "g"))).toHaveLength(1);
    }
    pages.forEach((page, index) => expect(page).toContain(`Page ${index + 1} of ${pages.length}`));
    const carried = (page: string, says: string) => new RegExp(`${says} ([\\d.,]+)`).exec(page)?.[1];
    pages.slice(0, -1).forEach((page, index) => {
      const sum = carried(page, "Carried forward");
      expect(sum).toMatch(/^[\d,]+\.\d\d$/);
      expect(carried(pages[index + 1]!, "Brought forward")).toBe(sum);
      expect(page).toContain("Unit price");
    });
  });
  test("sees ink where it belongs, and none in the margins or above the foot", async () => {
    const long = "Enamelled ".repeat(40) + "x".repeat(90);
    const lines = [...manyLines(60), { quantity: 1_000_000, unitPrice: "999999999.99", description: long }];
    const pdf = await rendered(
      viewOf({ currency: "EUR", lines, paid: "0" }, { seller: germanSeller, language: "de" }),
    );
    const pages = (await reader.text(pdf)).split("\f").length - 1;
    const pictures = await reader.pictures(pdf, pages);
    expect(pages).toBeGreaterThan(2);
    for (const { width, height, darkest } of pictures) {
      expect([width, height]).toEqual([596, 842]);
      expect(darkest([0, 0], [48, height])).toBe(255);
      expect(darkest([548, 0], [width, height])).toBe(255);
      expect(darkest([0, 756], [width, 764])).toBe(255);
      expect(darkest([48, 48], [548, 300])).toBeLessThan(80);
    }
  });
  test("has all fonts in the file", async () => {
    const fonts = await reader.fonts(await rendered(viewOf(one)));
    expect(fonts).toHaveLength(2);
    for (const font of fonts) expect(font).toMatch(/\+Inter.* yes yes yes /);
  });
  test("of a Factur-X gets the e-invoice out of it", async () => {
    const view = viewOf(one), pdf = await rendered(view, "facturx.pdf");
    expect(await reader.attached(pdf)).toBe(await einvoiceXml(view, "CII"));
    const marks = Buffer.from(pdf).toString("latin1");
    for (
      const mark of [
        "<pdfaid:part>3<",
        "<fx:ConformanceLevel>EN 16931<",
        "/AFRelationship /Alternative",
        "/AF [",
      ]
    ) {
      expect(marks).toContain(mark);
    }
  });
});

test("every language has every text, and its own", () => {
  const titles = Object.values(textsOf).flatMap(({ titles }) => [titles.invoice, titles.credit_note]);
  expect(new Set(titles).size).toBe(8);
});
