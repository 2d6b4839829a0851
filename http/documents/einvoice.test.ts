import { join } from "node:path";
import process from "node:process";
import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { isCurrency } from "../../actors/money/currency.ts";
import { countries } from "../schemas/countries.ts";
import { einvoiceXml } from "./einvoice/xml.ts";
import { renderDocument, whyNot } from "./render.ts";
import { anyDocument } from "./testing/any_document.ts";
import { brokenRules } from "./testing/rules.ts";
import {
  buyer,
  creditNote,
  germanSeller,
  manyLines,
  type Sample,
  seller,
  viewOf,
} from "./testing/samples.ts";
import { at, parseUbl, textAt } from "./testing/ubl.ts";
import { facturXSchema, schemaAt } from "./testing/xsd.ts";

const one: Sample = {
  lines: [{ quantity: 6, unitPrice: "2.55", sku: "85123A" }],
  shipping: { amount: "4.95", service: "Express" },
};
const ubl = async (sample: Sample, rest = {}) =>
  parseUbl((await renderDocument(viewOf(sample, rest), "ubl.xml")).body as string);
const total = (invoice: ReturnType<typeof parseUbl>, name: string) =>
  textAt(invoice, "LegalMonetaryTotal", name);

describe("an e-invoice", () => {
  test("says what was issued, to the minor unit", async () => {
    const invoice = await ubl(one);
    expect(textAt(invoice, "ID")).toBe("INV-2026-000123");
    expect(textAt(invoice, "InvoiceTypeCode")).toBe("380");
    expect(total(invoice, "LineExtensionAmount")).toBe("15.30");
    expect(total(invoice, "ChargeTotalAmount")).toBe("4.95");
    expect(total(invoice, "TaxExclusiveAmount")).toBe("20.25");
    expect(total(invoice, "TaxInclusiveAmount")).toBe("24.30");
    expect(total(invoice, "PrepaidAmount")).toBe("24.30");
    expect(total(invoice, "PayableAmount")).toBe("0.00");
    expect(textAt(invoice, "AllowanceCharge", "AllowanceChargeReasonCode")).toBe("FC");
  });
  test("prices all units of a line together, so that nothing is rounded", async () => {
    const invoice = await ubl({ lines: [{ quantity: 3, unitPrice: "0.333333" }] });
    const [line] = at(invoice, "InvoiceLine");
    expect(textAt(line!, "Price", "PriceAmount")).toBe("1.00");
    expect(textAt(line!, "Price", "BaseQuantity")).toBe("3");
    expect(textAt(line!, "InvoicedQuantity")).toBe("3");
  });
  test("of a credit note names the invoices that it corrects", async () => {
    const note = await ubl({ ...one, document: creditNote });
    expect(textAt(note, "CreditNoteTypeCode")).toBe("381");
    expect(textAt(note, "BillingReference", "InvoiceDocumentReference", "ID")).toBe("INV-2026-000123");
    expect(at(note, "CreditNoteLine")).toHaveLength(1);
    expect(total(note, "PrepaidAmount")).toBeUndefined();
    expect(textAt(note, "Note")).toContain("return of goods");
  });
  test("about shipping alone has it as its line", async () => {
    const shipping = { net: "4.95", tax: "0.99", taxRate: "0.2", taxCategory: "S" } as const;
    const taxes = [{ category: "S", rate: "0.2", net: "4.95", tax: "0.99" }] as const;
    const xml = await einvoiceXml(
      viewOf({
        lines: [],
        document: { ...creditNote, shipping, taxes, net: "4.95", tax: "0.99", total: "5.94" },
      }),
      "UBL",
    );
    expect(brokenRules(xml)).toEqual([]);
    expect(textAt(parseUbl(xml), "CreditNoteLine", "Item", "Name")).toBe("Shipping");
    expect(at(parseUbl(xml), "AllowanceCharge")).toEqual([]);
  });
  test("names the account to which what is due goes, and none when all is paid", async () => {
    const due = await ubl({ ...one, currency: "EUR", paid: "4.30" }, { seller: germanSeller });
    expect(total(due, "PayableAmount")).toBe("20.00");
    expect(textAt(due, "PaymentMeans", "PaymentMeansCode")).toBe("58");
    expect(textAt(due, "PaymentMeans", "PayeeFinancialAccount", "ID")).toBe("DE02120300000000202051");
    expect(at(await ubl(one), "PaymentMeans", "PayeeFinancialAccount")).toEqual([]);
  });
  test("is one of Peppol when the buyer is named by an identifier of that network", async () => {
    const onPeppol = await ubl(one, { buyer: { ...buyer, id: "0088:7300010000001" } });
    expect(textAt(onPeppol, "CustomizationID")).toContain("peppol.eu:2017:poacc:billing:3.0");
    const endpointOf = (party: string) => at(onPeppol, party, "Party", "EndpointID")[0];
    expect(endpointOf("AccountingCustomerParty")).toEqual({ "#text": "7300010000001", "@schemeID": "0088" });
    expect(endpointOf("AccountingSupplierParty")).toEqual({ "#text": "GB123456789", "@schemeID": "9932" });
  });
  test.each(["2024:55", "0088:", "EM:x", "C-1042"])(
    "takes %s for a customer's number as any other",
    async (id) => {
      expect(textAt(await ubl(one, { buyer: { ...buyer, id } }), "CustomizationID")).toBe(
        "urn:cen.eu:en16931:2017",
      );
    },
  );
  test("goes by mail otherwise, and claims the norm alone", async () => {
    const byMail = await ubl(one);
    expect(textAt(byMail, "CustomizationID")).toBe("urn:cen.eu:en16931:2017");
    expect(at(byMail, "AccountingCustomerParty", "Party", "EndpointID")[0])
      .toEqual({ "#text": "ada@example.org", "@schemeID": "EM" });
  });
  test("holds nothing that XML cannot, and no element without content", async () => {
    const odd = "\ufffe", told = { ...buyer, email: `ada${odd}@example.org`, phone: odd, id: odd };
    for (const kind of ["UBL", "CII"] as const) {
      const xml = await einvoiceXml(
        viewOf(one, { buyer: { ...told, address: { line1: odd, country: "GB" } } }),
        kind,
      );
      expect(xml).not.toContain(odd);
      expect(xml).not.toMatch(/<([\w:]+)><\/\1>|<[\w:]+\/>/);
    }
    const party = at(await ubl(one, { buyer: told }), "AccountingCustomerParty", "Party")[0]!;
    expect(at(party, "EndpointID")[0]).toEqual({ "#text": "ada@example.org", "@schemeID": "EM" });
    expect(at(party, "PartyIdentification")).toEqual([]);
    expect(Object.keys(at(party, "Contact")[0]!)).not.toContain("Telephone");
    const unreached = at(
      await ubl(one, { buyer: { ...told, email: odd } }),
      "AccountingCustomerParty",
      "Party",
    )[0]!;
    expect([at(unreached, "EndpointID"), at(unreached, "Contact")]).toEqual([[], []]);
  });
  test("of someone who was erased holds no trace of the person", async () => {
    const xml = await einvoiceXml(viewOf(one, { buyer: undefined }), "UBL");
    expect(brokenRules(xml)).toEqual([]);
    expect(textAt(parseUbl(xml), "AccountingCustomerParty", "Party", "PartyLegalEntity", "RegistrationName"))
      .toBe("Customer without a name");
  });
  test("gives the reason why no tax is charged in the seller's words", async () => {
    const sample: Sample = { lines: [{ quantity: 1, unitPrice: "3", taxRate: "0", taxCategory: "E" }] };
    const reasoned = { ...seller, exemptions: { E: "Books, group 3" } };
    const reason = ["TaxTotal", "TaxSubtotal", "TaxCategory", "TaxExemptionReason"];
    expect(textAt(await ubl(sample, { seller: reasoned }), ...reason)).toBe("Books, group 3");
    expect(textAt(await ubl(sample), ...reason)).toBe("Exempt from VAT");
  });
});

describe("what EN 16931 cannot say is refused by name", () => {
  const refusal = (sample: Sample, rest = {}) => whyNot(viewOf(sample, rest), "ubl.xml");
  const untaxed = (taxCategory: "AE" | "O" | "S") => ({
    quantity: 1,
    unitPrice: "3",
    taxRate: "0",
    taxCategory,
  });
  test.each<[string, string | undefined]>([
    ["more than 2 decimal places", refusal({ ...one, currency: "KWD" })],
    ["BR-09", refusal(one, { seller: { ...seller, address: { country: "ZZ" } } })],
    ["BR-S-02", refusal(one, { seller: { ...seller, vatId: "" } })],
    ["BR-AE-02", refusal({ lines: [untaxed("AE")] })],
    ["BR-O-11", refusal({ lines: [untaxed("O"), ...one.lines] })],
    ["BR-S-05", refusal({ lines: [untaxed("S")] })],
    ["BR-16", refusal({ lines: [] })],
  ])("%s", (rule, said) => expect(said).toContain(rule));
  test("in every currency and to every country else it can be written", async () => {
    const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
    const codes = letters.flatMap((a) => letters.flatMap((b) => letters.map((c) => a + b + c))).filter(
      isCurrency,
    );
    expect(codes.length).toBeGreaterThan(150);
    const view = (currency: string, country = "GB") =>
      viewOf({ ...one, currency, shipping: { amount: "5" } }, { buyer: { ...buyer, address: { country } } });
    const can = codes.filter((currency) => whyNot(view(currency), "ubl.xml") === undefined);
    expect(can.length).toBeGreaterThan(140);
    for (const currency of can) await einvoiceXml(view(currency), "UBL");
    for (const country of countries) await einvoiceXml(view("EUR", country), "UBL");
  });
  test("and JSON and PDF can be had all the same", () => {
    const view = viewOf({ ...one, currency: "KWD" });
    expect([whyNot(view, "json"), whyNot(view, "pdf")]).toEqual([undefined, undefined]);
  });
  test("and rendered never", async () => {
    await expect(renderDocument(viewOf({ ...one, currency: "KWD" }), "facturx.pdf")).rejects.toThrow("KWD");
  });
});

describe("any document", () => {
  const runs = { numRuns: 60 };
  test("obeys the arithmetic of the norm", async () => {
    await fc.assert(
      fc.asyncProperty(anyDocument, async (view) => {
        expect(whyNot(view, "ubl.xml")).toBeUndefined();
        expect(brokenRules(await einvoiceXml(view, "UBL"))).toEqual([]);
      }),
      runs,
    );
  });
  test("is valid by the schema of Factur-X", async () => {
    const check = facturXSchema();
    await fc.assert(
      fc.asyncProperty(anyDocument, async (view) => {
        expect(check(await einvoiceXml(view, "CII"))).toBeUndefined();
      }),
      runs,
    );
  });
  const schemas = process.env["UBL_XSD"];
  test.skipIf(!schemas)("is valid by the schemas of UBL 2.1, which UBL_XSD names the folder of", async () => {
    const folder = join(schemas!, "maindoc");
    const invoice = schemaAt(join(folder, "UBL-Invoice-2.1.xsd"));
    const note = schemaAt(join(folder, "UBL-CreditNote-2.1.xsd"));
    await fc.assert(
      fc.asyncProperty(anyDocument, async (view) => {
        const check = view.document.type === "invoice" ? invoice : note;
        expect(check(await einvoiceXml(view, "UBL"))).toBeUndefined();
      }),
      runs,
    );
  });
});

describe("the rules see", () => {
  const broken = async (from: string | RegExp, to: string) => {
    const xml = await einvoiceXml(viewOf({ lines: manyLines(9), shipping: { amount: "4.95" } }), "UBL");
    const changed = xml.replace(from, to);
    expect(changed).not.toBe(xml);
    return brokenRules(changed);
  };
  const amount = (name: string) => new RegExp(`(<cbc:${name} currencyID="GBP">)[\\d.]+`);
  test.each([
    ["a line's amount", "LineExtensionAmount", "BR-CO-10"],
    ["the net total", "TaxExclusiveAmount", "BR-CO-13"],
    ["the sum of charges", "ChargeTotalAmount", "BR-CO-12"],
    ["the gross total", "TaxInclusiveAmount", "BR-CO-15"],
    ["what is due", "PayableAmount", "BR-CO-16"],
    ["the tax", "TaxAmount", "BR-CO-14"],
    ["what was taxed", "TaxableAmount", "BR-S-8"],
    ["a price", "PriceAmount", "BT-131"],
  ])("%s that was changed", async (_, name, rule) => {
    expect(await broken(amount(name), "$1999999.99")).toContain(rule);
  });
  test("a third decimal place", async () => {
    expect(await broken(amount("PayableAmount"), "$10.000")).toContain("BR-DEC");
  });
  test("another rate", async () => {
    expect(await broken(/(<cac:TaxCategory>\s*<cbc:ID>S<\/cbc:ID>\s*<cbc:Percent>)20/, "$121")).toContain(
      "BR-S-8",
    );
  });
});
