import { describe, expect, test } from "vitest";
import { accepted, contentDisposition, suffixed } from "./media.ts";
import { renderDocument } from "./render.ts";
import { creditNote, viewOf } from "./testing/samples.ts";

describe("a document is asked for", () => {
  test.each([
    ["INV-2026-000123", "INV-2026-000123", undefined],
    ["INV-2026-000123.json", "INV-2026-000123", "json"],
    ["INV-2026-000123.pdf", "INV-2026-000123", "pdf"],
    ["INV-2026-000123.ubl.xml", "INV-2026-000123", "ubl.xml"],
    ["INV-2026-000123.facturx.pdf", "INV-2026-000123", "facturx.pdf"],
  ])("by suffix: %s", (segment, number, representation) => {
    expect(suffixed(segment)).toEqual({ number, ...(representation && { representation }) });
  });
  test.each(["INV-1.xml", "INV-1.", "INV-1.pdf.json"])("and by no other: %s", (segment) => {
    expect(suffixed(segment)).toBeUndefined();
  });
  test.each([
    [undefined, "json"],
    ["*/*", "json"],
    ["application/pdf", "pdf"],
    ["application/pdf; profile=factur-x", "facturx.pdf"],
    ['application/pdf;profile="factur-x";q=0.9, application/json;q=0.1', "facturx.pdf"],
    ["application/xml", "ubl.xml"],
    ["text/html, application/pdf;q=0.8, */*;q=0.1", "pdf"],
    ["text/html;q=1, application/xml;q=0", undefined],
    ["image/png", undefined],
    ["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "json"],
    ["text/html,application/xml;q=0.9", "ubl.xml"],
    ["application/json;q=0, */*", "pdf"],
    ["*/*, application/pdf", "pdf"],
    ["application/pdf;q=0, */*;q=0.5, application/json;q=0", "ubl.xml"],
    ["text/*", "ubl.xml"],
    ["application/*", "json"],
    ["application/json;q=much", undefined],
  ])("by Accept: %s", (header, representation) => expect(accepted(header)[0]).toBe(representation));
  test("by Accept, and what would do as well comes next", () => {
    expect(accepted("application/xml, */*;q=0.1")).toEqual(["ubl.xml", "json", "pdf", "facturx.pdf"]);
    expect(accepted("application/pdf; profile=factur-x, application/pdf;q=0.5")).toEqual([
      "facturx.pdf",
      "pdf",
    ]);
  });
});

describe("as JSON", () => {
  const sample = { lines: [{ quantity: 6, unitPrice: "2.55" }], paid: "10.00" };
  const json = async (view: Parameters<typeof renderDocument>[0]) =>
    JSON.parse((await renderDocument(view, "json")).body as string);
  test("it says whose it is, what is paid and due, and its place in the chain", async () => {
    expect(await json(viewOf(sample))).toMatchObject({
      number: "INV-2026-000123",
      type: "invoice",
      series: "INV-2026",
      sequence: 123,
      issueDate: "2026-11-22",
      orderId: "ord_01J",
      orderNumber: "1001",
      net: "15.30",
      tax: "3.06",
      total: "18.36",
      paid: "10.00",
      due: "8.36",
      seller: { name: "Harbour & Heath Ltd", vatId: "GB123456789", hash: "5e".repeat(32) },
      buyer: { name: "Ada Løvelace", actor: "order:ord_01J" },
      hash: "a1".repeat(32),
      previousHash: "0f".repeat(32),
    });
  });
  test("a credit note names what it corrects, and is not due", async () => {
    const note = await json(viewOf({ ...sample, document: creditNote }));
    expect(note).toMatchObject({ type: "credit_note", reason: "return", returnId: "ret_01J" });
    expect(note.corrects).toEqual([{ number: "INV-2026-000123", issuedOn: "2026-11-22" }]);
    expect(note).not.toHaveProperty("due");
  });
  test("it is a file with its number for a name", async () => {
    const { fileName, contentType } = await renderDocument(viewOf(sample), "json");
    expect([fileName, contentType]).toEqual(["INV-2026-000123.json", "application/json"]);
    expect(contentDisposition('a"b\r\nc.pdf')).toBe('inline; filename="a_b__c.pdf"');
  });
});
