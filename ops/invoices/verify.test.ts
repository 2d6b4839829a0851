import { beforeAll, describe, expect, test } from "vitest";
import { credit } from "../../actors/credit/credit.ts";
import type { CreditOrder } from "../../actors/money_commands.ts";
import { actorId } from "../../actors/ids.ts";
import type { IssuedDocument } from "../../actors/series/document.ts";
import { documentHash } from "../../actors/series/hash.ts";
import { series } from "../../actors/series/series.ts";
import { standAlone } from "../../actors/town/money_citizens.ts";
import {
  line,
  placing,
  receiving,
  shipping,
  type TownCommand,
  TownLog,
} from "../../projections/testing/town_log.ts";
import { sealed } from "../../projections/testing/issuing.ts";
import type { Broker, Stored } from "../../streams/broker/broker.ts";
import { MemoryServer } from "../../streams/broker/memory.ts";
import { hashOf } from "../../streams/hash.ts";
import type { Entry, TurnRecord } from "../../streams/record.ts";
import { InvoiceAudit, type Verdict, verifyInvoices } from "./verify.ts";

let broker: Broker, log: readonly Stored[];

const crediting = (n: number, rest: Partial<CreditOrder>): TownCommand => {
  const keyed = { reference: `C${n}`, fingerprint: `c${n}`, by: "key" };
  const command: CreditOrder = { type: "credit", reason: "return", ...keyed, ...rest };
  return { to: actorId("order", `ord_${n}`), command };
};

/** Three orders shipped, one with postage; one credited in part and one wholly; and a credit without an order. */
beforeAll(async () => {
  broker = new MemoryServer().connect();
  await TownLog.streams(broker);
  const town = new TownLog(broker, 0, { series, credit }), postage = { amount: "4.95", taxRate: "0.20" };
  await town.turn(receiving("A", 100));
  await town.turn(placing(1, [line("A", 1)], { shipping: postage }), shipping(1, "t1"));
  await town.turn(placing(2, [line("A", 1)]), shipping(2, "t2"));
  await town.turn(placing(3, [line("A", 2)]), shipping(3, "t3"));
  await town.turn(crediting(1, {}), crediting(2, { amount: "1.00", reason: "price" }));
  await town.turn(standAlone("1"));
  const { lastSequence } = await broker.info("EVENTS");
  log = await recordsOf(lastSequence);
});

async function recordsOf(last: number): Promise<Stored[]> {
  const records: Stored[] = [], reader = broker.read("EVENTS", { fromSequence: 1 });
  for await (const stored of reader) {
    records.push(stored);
    if (stored.sequence >= last) break;
  }
  await reader.stop();
  return records;
}

type Change = (entry: Entry) => readonly Entry[];

/** The same log as a forger would leave it: entries changed, and records chained as they should be. */
function forged(change: Change): Verdict {
  const audit = new InvoiceAudit();
  let previous = { sequence: 0, hash: "" };
  for (const stored of log) {
    const record = JSON.parse(new TextDecoder().decode(stored.payload)) as TurnRecord;
    const payload = new TextEncoder().encode(
      JSON.stringify({ ...record, previous, entries: record.entries.flatMap(change) }),
    );
    previous = { sequence: stored.sequence, hash: hashOf(payload) };
    audit.take({ ...stored, payload });
  }
  return audit.verdict(previous.sequence);
}

/** Changes the documents alone. */
const documents = (change: (document: IssuedDocument) => readonly IssuedDocument[]): Change => (entry) =>
  entry.type !== "series.document_issued"
    ? [entry]
    : change(entry.data as unknown as IssuedDocument).map((data) => ({
      ...entry,
      data: data as unknown as Entry["data"],
    }));
const one = (number: string, change: (document: IssuedDocument) => readonly IssuedDocument[]): Change =>
  documents((document) => document.number === number ? change(document) : [document]);

const findingsOf = ({ checks }: Verdict) => checks.flatMap(({ findings }) => findings);

describe("invoices verify", () => {
  test("proves a log in which all is right, and says where its chains end", async () => {
    const verdict = await verifyInvoices(broker);
    expect(findingsOf(verdict)).toEqual([]);
    expect(verdict).toMatchObject({ ok: true, invoices: 3, creditNotes: 3, waiting: 0 });
    expect(verdict.heads.map(({ number, sequence }) => [number, sequence])).toEqual(
      [["CN-2026-000003", 3], ["INV-2026-000003", 3]],
    );
    expect(verdict.checks.filter(({ looked }) => looked === 0)).toEqual([]);
    expect(forged((entry) => [entry])).toEqual(verdict);
  });

  const second = "INV-2026-000002", note = "CN-2026-000002";
  const lies: readonly (readonly [lie: string, change: Change, finding: string])[] = [
    ["a gap", one(second, () => []), "INV-2026-000003 has place 3 in its series, after INV-2026-000001"],
    [
      "a twin",
      one(second, (document) => [document, sealed({ ...document, source: "ship:again" })]),
      `${second} was given twice`,
    ],
    [
      "another number",
      one(second, (document) => [sealed({ ...document, number: "INV-2026-000009" })]),
      "INV-2026-000009 is not the number of place 2 of INV-2026",
    ],
    [
      "a document that was changed",
      one(second, (document) => [{ ...document, currency: "EUR" }]),
      `${second} is not what its hash says`,
    ],
    [
      "one that was changed with its hash",
      one(second, (document) => [sealed({ ...document, currency: "EUR" })]),
      `INV-2026-000003 does not follow ${second}`,
    ],
    [
      "a day before the one before it",
      one(second, (document) => [sealed({ ...document, issuedOn: "2025-12-31" })]),
      `${second} is dated 2025-12-31`,
    ],
    [
      "a wrong total",
      one(second, (document) => [sealed({ ...document, total: "99.00" })]),
      `${second} says total 99.00`,
    ],
    [
      "a wrong subtotal of tax",
      one(
        second,
        (
          document,
        ) => [sealed({ ...document, taxes: document.taxes.map((tax) => ({ ...tax, tax: "9.00" })) })],
      ),
      `${second} says tax at 0.20 9.00`,
    ],
    [
      "a cent beyond the currency's places",
      one(second, (document) => [sealed({ ...document, net: `${document.net}0` })]),
      "which is no amount in GBP",
    ],
    [
      "a source twice",
      one(second, (document) => [sealed({ ...document, source: "ship:shp_1" })]),
      `${second} says ship:shp_1 again, after INV-2026-000001`,
    ],
    [
      "amounts that nobody asked for",
      one(
        second,
        (
          document,
        ) => [sealed({ ...document, lines: document.lines.map((line) => ({ ...line, quantity: 7 })) })],
      ),
      `${second} is not what was asked for (ship:shp_2)`,
    ],
    [
      "a document that nobody asked for",
      (entry) =>
        entry.type === "order.invoice_requested" && JSON.stringify(entry.data).includes("shp_2")
          ? []
          : [entry],
      `nobody asked for ${second} (ship:shp_2)`,
    ],
    [
      "a shipment without an invoice",
      (entry) => {
        const about = JSON.stringify(entry.data).includes("ship:shp_3");
        return about && /invoice|issued/.test(entry.type) ? [] : [entry];
      },
      "1 unit of line 1 of ord_3 left and is not invoiced",
    ],
    [
      "a credit beyond its invoice",
      one(note, (document) => [
        sealed({ ...document, lines: document.lines.map((line) => ({ ...line, net: "99.00" })) }),
      ]),
      `${note} credits more of line 1 of ${second} than is left of it`,
    ],
    [
      "a credit of what was never invoiced",
      one(note, (document) => [
        sealed({
          ...document,
          lines: document.lines.map((line) => ({ ...line, invoice: "INV-2026-000077" })),
        }),
      ]),
      `${note} credits line 1 of INV-2026-000077, which was never invoiced`,
    ],
    [
      "a seller of whom nobody spoke",
      one(
        second,
        (document) => [sealed({ ...document, seller: { ...document.seller, hash: "0".repeat(64) } })],
      ),
      `${second} of main names a seller of whom nobody said that`,
    ],
    [
      "an order that heard of another number",
      (entry) =>
        entry.type === "order.invoiced" && JSON.stringify(entry.data).includes(second)
          ? [{ ...entry, data: { ...entry.data as object, number: "INV-2026-000003" } as Entry["data"] }]
          : [entry],
      "ship:shp_2 heard of INV-2026-000003, and is another document",
    ],
  ];
  test.each(lies)("finds %s", (_, change, finding) => {
    const verdict = forged(change);
    expect(verdict.ok).toBe(false);
    expect(findingsOf(verdict)).toContainEqual(expect.stringContaining(finding));
  });

  test("finds a record that was taken out of the log", () => {
    const audit = new InvoiceAudit();
    for (const stored of log.filter((_, index) => index !== 2)) audit.take(stored);
    expect(findingsOf(audit.verdict(0))).toContainEqual(
      expect.stringMatching(/^record \d+ of partition 0 does not follow/),
    );
  });

  test("waits for what was on its way as the log ended", () => {
    const change: Change = (entry) =>
      /^(series\.document_issued|order\.credited|credit\.issued)$/.test(entry.type) &&
        JSON.stringify(entry.data).includes("CN-2026-000003")
        ? []
        : [entry];
    expect(forged(change)).toMatchObject({ ok: true, waiting: 1 });
  });

  test("a document's hash is over everything but itself", () => {
    const document = { number: "X", lines: [], hash: "h" } as unknown as IssuedDocument;
    expect(documentHash({ ...document, hash: "other" })).toBe(documentHash(document));
  });
});
