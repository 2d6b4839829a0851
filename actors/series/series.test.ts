import { describe, expect, test } from "vitest";
import { actorId, type OrderId } from "../ids.ts";
import type { ContinueSeries } from "../money_commands.ts";
import type { IssueDocument } from "../protocol.ts";
import { givenKey } from "../testing/given.ts";
import type { DocumentDraft, IssuedDocument } from "./document.ts";
import { totalsIn } from "./draft.ts";
import { canonicalJson, documentHash } from "./hash.ts";
import { type Seller, undescribed } from "./seller.ts";
import { series } from "./series.ts";
import { dayIn, fiscalYearOf } from "./year.ts";

const noon = Date.UTC(2026, 10, 22, 12);
const from = actorId("order", "ord_A");
const draft = (source: string, rest: Partial<DocumentDraft> = {}): DocumentDraft => {
  const lines = [{
    line: 1,
    quantity: 2,
    unitPrice: "5.00",
    discount: "0.00",
    net: "10.00",
    tax: "2.00",
    taxRate: "0.2",
    taxCategory: "S" as const,
  }];
  return {
    type: "invoice",
    source,
    entity: "main",
    order: { id: "ord_A" as OrderId, number: "1", placedOn: "2026-11-21" },
    currency: "GBP",
    pricesIncludeTax: false,
    taxMode: "document",
    lines,
    ...totalsIn("GBP", lines),
    ...rest,
  };
};
const issue = (source: string, rest: Partial<DocumentDraft> = {}): IssueDocument => ({
  type: "issue",
  from,
  draft: draft(source, rest),
});
const seller = (rest: Partial<Seller> = {}): Seller => ({ ...undescribed("main"), name: "Shop", ...rest });

/** What is issued when each of these is asked for at its time. */
function issued(entity: string, seller: Seller | undefined, ...asked: readonly [IssueDocument, number][]) {
  let given = givenKey(series, entity);
  if (seller) given = given.after({ type: "describe", seller });
  return asked.map(([command, atMs]) => {
    const outcome = given.when(command, { id: command.draft.source, atMs });
    given = givenKey(series, entity);
    given = Object.assign(Object.create(given), { state: outcome.state });
    return (outcome.decision as { events: readonly { data: IssuedDocument }[] }).events[0]!.data;
  });
}

describe("a series", () => {
  test("numbers its documents without a gap, each type by itself, and tells who asked", () => {
    givenKey(series, "main").when(issue("ship:1"), { id: "c", atMs: noon }).thenSends({
      to: from,
      message: {
        type: "issued",
        source: "ship:1",
        number: "INV-2026-000001",
        issuedOn: "2026-11-22",
        total: "12.00",
      },
    });
    const documents = issued(
      "main",
      undefined,
      [issue("a"), noon],
      [issue("b"), noon],
      [issue("c", { type: "credit_note" }), noon],
      [issue("d"), noon],
    );
    expect(documents.map(({ number }) => number)).toEqual([
      "INV-2026-000001",
      "INV-2026-000002",
      "CN-2026-000001",
      "INV-2026-000003",
    ]);
  });

  test("chains each document to the one before it in its series", () => {
    const [first, second] = issued("main", undefined, [issue("a"), noon], [issue("b"), noon]);
    expect(first!.previousHash).toBe("");
    expect(second!.previousHash).toBe(first!.hash);
    expect(documentHash(second!)).toBe(second!.hash);
    expect(documentHash({ ...second!, total: "0.01" })).not.toBe(second!.hash);
  });

  test("never dates a document before the one before it, whatever the clocks of edges say", () => {
    const days = issued("main", undefined, [issue("a"), noon], [issue("b"), noon - 3 * 86_400_000]);
    expect(days.map(({ issuedOn }) => issuedOn)).toEqual(["2026-11-22", "2026-11-22"]);
  });

  test("begins again with the seller's own fiscal year, on the day that it is there", () => {
    const berlin = seller({ timeZone: "Europe/Berlin" });
    const lateUtc = Date.UTC(2026, 11, 31, 23, 30);
    const numbers = issued("main", berlin, [issue("a"), noon], [issue("b"), lateUtc]);
    expect(numbers.map(({ number, issuedOn }) => [number, issuedOn])).toEqual([
      ["INV-2026-000001", "2026-11-22"],
      ["INV-2027-000001", "2027-01-01"],
    ]);
    const april = seller({ fiscalYearStartMonth: 4 });
    expect(issued("main", april, [issue("a"), Date.UTC(2027, 2, 31)])[0]!.series).toBe("INV-2026");
  });

  test("of another entity have numbers of their own", () => {
    expect(issued("de", undefined, [issue("a"), noon])[0]!.number).toBe("DE-INV-2026-000001");
  });

  test("name what documents said of the seller when they were issued", () => {
    const [before] = issued("main", undefined, [issue("a"), noon]);
    const [after] = issued("main", seller(), [issue("a"), noon]);
    expect(before!.seller.hash).not.toBe(after!.seller.hash);
    givenKey(series, "main").after({ type: "describe", seller: seller() })
      .when({ type: "describe", seller: seller() }).thenNothing();
  });
});

describe("after a restore", () => {
  const numbered = (...continued: readonly ContinueSeries[]) => {
    const given = givenKey(series, "main").after(issue("a"), issue("b"), ...continued);
    return given.when(issue("c"), { id: "c", atMs: noon });
  };
  test("a series begins again under a suffix, and says how far it had come", () => {
    const outcome = numbered({ type: "continue", suffix: "R1" });
    const issued = { number: "INV-2026-R1-000001", series: "INV-2026-R1", sequence: 1, previousHash: "" };
    expect(outcome.decision).toMatchObject({ events: [{ data: issued }] });
    const { decision } = givenKey(series, "main").after(issue("a")).when({ type: "continue", suffix: "R1" });
    const ends = { "invoice/2011": { sequence: 1, hash: expect.any(String) } };
    expect(decision).toMatchObject({ events: [{ type: "series.continued", data: { suffix: "R1", ends } }] });
  });

  test("a series goes on behind the number that the operator knows, chained to what is left", () => {
    const given = givenKey(series, "main").after(issue("a")), after = { "invoice/2011": 7 };
    const outcome = given.after({ type: "continue", after }).when(issue("b"));
    const kept = given.when({ type: "read" }).state.heads["invoice/2011"]!.hash;
    expect(outcome.decision).toMatchObject({
      events: [{ data: { number: "INV-2011-000008", sequence: 8, previousHash: kept } }],
    });
  });

  test("being continued twice is being continued once", () => {
    const suffixed = { type: "continue", suffix: "R1" } as const;
    givenKey(series, "main").after(issue("a"), suffixed).when(suffixed).thenNothing();
    givenKey(series, "main").after(issue("a")).when({ type: "continue", after: { "invoice/2011": 1 } })
      .thenNothing();
  });
});

test("canonical JSON is RFC 8785: members sorted, no blanks, absent ones left out", () => {
  expect(canonicalJson({ b: [1, "é\n"], a: { z: undefined, y: null, "€": true } }))
    .toBe('{"a":{"y":null,"€":true},"b":[1,"é\\n"]}');
});

test.each([["Pacific/Kiritimati", "2026-11-23"], ["Pacific/Pago_Pago", "2026-11-22"]])(
  "in %s it is %s",
  (zone, day) => expect(dayIn(zone, noon)).toBe(day),
);
test.each([["2026-03-31", 4, 2025], ["2026-04-01", 4, 2026], ["2026-01-01", 1, 2026]] as const)(
  "%s is in the fiscal year that begins in month %i of %i",
  (day, month, year) => expect(fiscalYearOf(day, month)).toBe(year),
);
