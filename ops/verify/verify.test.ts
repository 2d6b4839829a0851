import { beforeAll, describe, expect, test } from "vitest";
import { type Entry, type TurnRecord } from "../../streams/record.ts";
import { emptyLog, madeLog, textOf, writeLog } from "./testing/made_log.ts";
import { type SystemVerdict, verifySystem } from "./verify.ts";

let log: readonly TurnRecord[];
beforeAll(async () => void (log = await madeLog()));

/** The verdict over the same log with records changed; `chained`: by somebody who makes the chain right again. */
async function verdictOf(
  change: (record: TurnRecord, place: number) => TurnRecord = (record) => record,
  chained = true,
): Promise<SystemVerdict> {
  const broker = await emptyLog();
  let place = 0;
  await writeLog(broker, log, { payloadOf: (record) => textOf(change(record, place++)), chained });
  return await verifySystem(broker, quiet);
}

const quiet = { chance: 0, elapsedMs: () => 0 };

const entries = (change: (entry: Entry) => readonly Entry[]) => (record: TurnRecord): TurnRecord => ({
  ...record,
  entries: record.entries.flatMap(change),
});
const only = (type: string, change: (entry: Entry) => readonly Entry[]) =>
  entries((entry) => entry.type === type ? change(entry) : [entry]);
const revised = (entry: Entry, data: Record<string, number | string>): Entry => ({
  ...entry,
  data: { ...entry.data as Record<string, never>, ...data },
});
const wrong = ({ checks }: SystemVerdict) =>
  checks.flatMap(({ found, what }) => found > 0 ? [what.split(":")[0]] : []);
const findings = ({ checks }: SystemVerdict) => checks.flatMap(({ findings }) => findings);

describe("waybill verify", () => {
  test("finds nothing in a log in which all is right", async () => {
    const verdict = await verdictOf();
    expect(findings(verdict)).toEqual([]);
    expect(verdict).toMatchObject({ ok: true, records: 3, lastSequence: 3 });
    expect(verdict.sampled).toBe(verdict.actors);
  });

  test("an empty log is right", async () => {
    const verdict = await verifySystem(await emptyLog(), quiet);
    expect(verdict).toMatchObject({ ok: true, events: 0 });
  });

  test("a record that was changed breaks the chain at the next one", async () => {
    const verdict = await verdictOf(
      (record, place) => place === 1 ? { ...record, epoch: 99 } : record,
      false,
    );
    expect(findings(verdict)).toEqual(["record 3 of partition 0 does not follow the record 2 that is there"]);
  });

  test("a record whose time goes back", async () => {
    const verdict = await verdictOf((record, place) => place === 2 ? { ...record, atMs: 1 } : record);
    expect(findings(verdict)).toEqual(["record 3 of partition 0, after 2"]);
  });

  test("an event that is missing leaves a gap in its actor's numbers", async () => {
    const verdict = await verdictOf(only("goods.received", () => []));
    expect(findings(verdict)).toContainEqual(
      expect.stringMatching(/^\S+ of sku:A in record 2 is number 2, after 0$/),
    );
    expect(wrong(verdict)).toContain("versions");
  });

  test("more claimed than there is, and by what", async () => {
    const verdict = await verdictOf(only("goods.received", (entry) => [revised(entry, { quantity: 4 })]));
    expect(findings(verdict)).toContainEqual(
      expect.stringMatching(/^A at LON1: 5 of 4 are claimed, by \S+ \(\d+\) in record 2$/),
    );
  });

  test("units that come and are nowhere", async () => {
    const change = (entry: Entry) =>
      entry.actor === "sku:B" ? [revised(entry, { bucket: "incoming" })] : [entry];
    const verdict = await verdictOf(only("goods.received", change));
    expect(findings(verdict)).toContain(
      "goods.received (1) in record 1 of sku:B changes 0 units, though 7 came",
    );
  });

  test("a counter below zero", async () => {
    const moved = only(
      "goods.received",
      (entry) => [{ ...entry, type: "stock.moved", data: movedFromNothing }],
    );
    expect(findings(await verdictOf(moved))).toContain(
      "A at LON1: damaged is -10, by stock.moved (1) in record 1",
    );
  });

  test("a counter that is not the sum of what is behind it", async () => {
    const data = { supply: "s", location: "LON1", quantity: 5, delta: 3, etaMs: 0, promisable: true };
    const change = (
      entry: Entry,
    ) => [entry.actor === "sku:B" ? { ...entry, type: "supply.revised", data } : entry];
    const verdict = await verdictOf(only("goods.received", change));
    expect(wrong(verdict)).toEqual(["claims"]);
    expect(findings(verdict)).toEqual([
      "sku:B: Cannot be: incoming at LON1 is 3, its records sum to 5 (I3)",
    ]);
  });

  test("a record that nobody can read, also when it is the last one", async () => {
    const broken: TurnRecord["out"] = JSON.parse('["broken"]');
    for (
      const [place, where] of [[0, "entries"], [log.length - 1, "entries"], [log.length - 1, "out"]] as const
    ) {
      const broker = await emptyLog();
      await writeLog(broker, log, {
        payloadOf: (record) => {
          const text = new TextDecoder().decode(textOf({ ...record, out: broken }));
          if (record.previous.sequence !== place) return textOf(record);
          return new TextEncoder().encode(
            where === "out"
              ? text.replace('"broken"', '"broken')
              : text.replace('"entries":[\n{', '"entries":[\n{x'),
          );
        },
      });
      await expect(verifySystem(broker, quiet)).rejects.toThrow(
        `Cannot read events.0 at ${place + 1}: it is not JSON`,
      );
    }
  });

  test("an event that says nothing of what its type says is a finding, and all others are looked at", async () => {
    const verdict = await verdictOf(only("order.placed", (entry) => [{ ...entry, data: {} }]));
    const [first] = findings(verdict).filter((finding) => finding.startsWith("order.placed (1) of order:"));
    expect(first).toMatch(/ in record \d+: /);
    const { events } = await verdictOf();
    expect(verdict.events).toBeGreaterThan(events - 3);
  });

  test("a parcel whose invoice was never asked for is found once", async () => {
    const verdict = await verdictOf(only("order.invoice_requested", () => []));
    const found = findings(verdict).filter((finding) => / (is|are) not invoiced/.test(finding));
    expect(found.length).toBeGreaterThan(0);
    expect(new Set(found).size).toBe(found.length);
  });

  test("an invoice that was changed", async () => {
    const verdict = await verdictOf(only("series.document_issued", (entry) => [{
      ...entry,
      data: { ...entry.data as Record<string, never>, currency: "EUR" },
    }]));
    expect(findings(verdict)).toContainEqual(expect.stringContaining("is not what its hash says"));
  });
});
const movedFromNothing = { location: "LON1", quantity: 10, from: "damaged", to: "sellable" };
