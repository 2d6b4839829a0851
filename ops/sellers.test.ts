import { describe, expect, test } from "vitest";
import { sellersOf } from "./sellers.ts";

const branding = { name: "Lamp & Co", contactEmail: "hello@lamp.example" };
const noFiles = (path: string): string => {
  throw new Error(`ENOENT: no such file or directory, open '${path}'`);
};
function read(value: unknown, readText = noFiles) {
  const problems: string[] = [];
  const text = value === undefined || typeof value === "string" ? value : JSON.stringify(value);
  return { sellers: sellersOf(text, branding, readText, problems), problems };
}
const address = { country: "GB" };
const uk = {
  name: "Lamp Ltd",
  address: { line1: "1 High Street", city: "London", postalCode: "E1 6AN", country: "GB" },
  vatId: "GB123456789",
  bank: { iban: "GB33 BUKB 2020 1555 5555 55", bic: "BUKBGB22" },
  timeZone: "Europe/London",
  fiscalYearStartMonth: 4,
};
const de = {
  name: "Lamp GmbH",
  address: { country: "DE" },
  language: "de",
  invoiceOn: "on_delivery",
  flatShipping: "pro_rata",
  taxMode: "per_line",
  prefixes: { invoice: "RE", creditNote: "GS" },
  logo: "/etc/waybill/de.png",
};

describe("sellers", () => {
  test("are the shop itself, on every channel, while nothing is said", () => {
    const { sellers, problems } = read(undefined);
    expect(problems).toEqual([]);
    expect(sellers.all).toMatchObject([
      {
        entity: "main",
        name: "Lamp & Co",
        email: "hello@lamp.example",
        prefixes: { invoice: "INV", creditNote: "CN" },
      },
    ]);
    expect(sellers.of("web")).toEqual({
      ...{ entity: "main", on: "on_shipment", flatShipping: "first", taxMode: "document" },
    });
  });

  test("are told apart by channel, with how each of them numbers and invoices", () => {
    const { sellers, problems } = read({ entities: { main: uk, de }, channels: { "web-de": "de" } });
    expect(problems).toEqual([]);
    expect(sellers.all).toMatchObject([
      {
        ...{ entity: "main", language: "en", timeZone: "Europe/London", fiscalYearStartMonth: 4 },
        ...{ bank: { iban: "GB33BUKB20201555555555" }, prefixes: { invoice: "INV", creditNote: "CN" } },
      },
      { entity: "de", language: "de", timeZone: "UTC", prefixes: { invoice: "RE", creditNote: "GS" } },
    ]);
    expect(sellers.of("web-de")).toEqual({
      ...{ entity: "de", on: "on_delivery", flatShipping: "pro_rata", taxMode: "per_line" },
    });
    expect([sellers.of("web").entity, sellers.of(undefined).entity]).toEqual(["main", "main"]);
    expect([...sellers.logos]).toEqual([["de", "/etc/waybill/de.png"]]);
  });

  test("may lie in a file", () => {
    const { sellers } = read("/etc/waybill/sellers.json", () => JSON.stringify({ entities: { acme: uk } }));
    expect(sellers.of("web").entity).toBe("acme");
    expect(sellers.all[0]?.prefixes).toEqual({ invoice: "ACME-INV", creditNote: "ACME-CN" });
  });

  test.each<[what: string, said: unknown, problem: string]>([
    ["a file that is not there", "/gone.json", "ENOENT: no such file or directory, open '/gone.json'"],
    ["no JSON", "{", "it is not JSON"],
    ["no entity", { entities: {} }, "entities must name 1 to 100 entities"],
    ["no address", { entities: { main: { name: "A" } } }, "entities.main.address must be object"],
    ["a misspelt member", { entities: { main: { ...uk, vatID: "GB1" } } }, 'entities.main has no "vatID"'],
    ["no country", { entities: { main: { ...uk, address: { country: "UK" } } } }, "ISO 3166-1 alpha-2"],
    [
      "a wrong IBAN",
      { entities: { main: { ...uk, bank: { iban: "GB00BUKB20201555555555" } } } },
      "check digits",
    ],
    ["no time zone", { entities: { main: { ...uk, timeZone: "Mars/Base" } } }, "IANA time zone"],
    ["month 13", { entities: { main: { ...uk, fiscalYearStartMonth: 13 } } }, "must be a month from 1 to 12"],
    ["a prefix that is a path", {
      entities: { main: { ...uk, prefixes: { invoice: "A/B", creditNote: "C" } } },
    }, "1 to 16 letters"],
    [
      "a channel of nobody",
      { entities: { main: uk }, channels: { web: "fr" } },
      "web is sold by fr, which entities does not name",
    ],
    ["no entity for the rest", { entities: { a: uk, b: de } }, 'say with "default" which one'],
    [
      "a prefix twice",
      { entities: { main: { ...uk, prefixes: { invoice: "re", creditNote: "CN" } }, de } },
      "entities.de.prefixes.invoice is RE, as entities.main.prefixes.invoice is: numbers would come twice",
    ],
    ["one prefix for both", {
      entities: { main: { name: "A", address, prefixes: { invoice: "X", creditNote: "X" } } },
    }, "numbers would come twice"],
  ])("teach what is wrong: %s", (_, said, problem) => {
    const { problems } = read(said);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^Cannot use WAYBILL_SELLERS: /);
    expect(problems[0]).toContain(problem);
  });
});
