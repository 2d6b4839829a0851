import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ActorId, actorId } from "../../actors/ids.ts";
import { buy, cancel, founding, MAN, pay, receive, ship } from "../../actors/town/citizens.ts";
import { comeBack, grade, returnOf, sendBack } from "../../actors/town/return_calls.ts";
import { picks } from "../../actors/town/scattered.ts";
import { story } from "../../actors/town/story.ts";
import type { Call } from "../../actors/town/town.ts";
import type { Stored } from "../../streams/broker/broker.ts";
import type { Entry } from "../../streams/record.ts";
import { decodeEntries } from "../../streams/record_text.ts";
import { ConservedAudit } from "./conserved_audit.ts";
import { awaits, OnTheWay } from "./on_the_way.ts";
import { emptyLog } from "./testing/made_log.ts";
import { ScatteredLog } from "./testing/scattered_log.ts";
import { verifySystem } from "./verify.ts";

/** What an audit that has taken these records finds there. */
function findingsAt(audit: ConservedAudit, records: readonly Stored[]): string[] {
  const awaited = audit.awaited(), way = new OnTheWay(awaited);
  if (awaited.length > 0) { for (const stored of records) way.take(stored); }
  audit.explain(way.explained());
  return audit.reports().flatMap(({ findings }) => findings);
}

type Change = (entry: Entry) => readonly Entry[];
const asItIs: Change = (entry) => [entry];

type Log = Pick<ScatteredLog, "records">;

function audited({ records }: Log, change = asItIs): ConservedAudit {
  const audit = new ConservedAudit();
  for (const stored of records) {
    for (const entry of decodeEntries(stored).entries.flatMap(change)) audit.take(entry, stored.sequence);
  }
  return audit;
}
const findings = (log: Log, change = asItIs) => findingsAt(audited(log, change), log.records);
const awaitedIn = (log: Log) => audited(log).awaited();

describe("whatever happens in town, in however many partitions, of which one is split", () => {
  test("nothing is found wherever the log ends, and at the end nothing is under way", () => {
    let differed = 0;
    fc.assert(
      fc.property(
        story,
        fc.constantFrom(1, 2, 4),
        fc.integer({ min: 1, max: 6 }),
        fc.nat(),
        (calls, partitions, deliveriesMax, seed) => {
          const log = new ScatteredLog(partitions, deliveriesMax), audit = new ConservedAudit();
          log.run(founding, () => 0);
          log.run(calls, picks(seed + 1), seed % 40);
          log.split(0);
          log.run([], picks(seed + 2));
          for (const [i, stored] of log.records.entries()) {
            for (const entry of decodeEntries(stored).entries) audit.take(entry, stored.sequence);
            if (audit.awaited().length > 0) differed++;
            expect(findingsAt(audit, log.records.slice(0, i + 1)), `after record ${i + 1}`).toEqual([]);
          }
          expect(audit.awaited()).toEqual([]);
        },
      ),
      { numRuns: 20 },
    );
    expect(differed).toBeGreaterThan(100);
  });
});

const RET = returnOf(1),
  only = (type: string, change: Change): Change => (entry) => entry.type === type ? change(entry) : [entry];
const none: Change = () => [];
const twice: Change = (entry) => [entry, entry];
const of = (units: number): Change => (entry) => [{
  ...entry,
  data: { ...entry.data as Record<string, never>, quantity: units },
}];

/** Three of A and one of B leave, two of A come back, and one of these is sold as another SKU. */
const sale: readonly Call[] = [
  receive("R1", [["A", 9], ["B", 2]]),
  buy(1, [["A", 5], ["B", 1]]),
  cancel(1, [["A", 1]]),
  ship(1, [["A", 3], ["B", 1]]),
  sendBack(1, [["A", 2]]),
  comeBack(RET, [["A", 2]], "in", MAN),
  grade(RET, [["A", 1, "A", "restock"], ["A", 1, "B", "restock_as", "A-open"]]),
];
function sold(partitions = 2): ScatteredLog {
  const log = new ScatteredLog(partitions, 100);
  for (const call of sale) log.run([call], () => 0);
  return log;
}
/** Each names the record that said it last; which one that is depends on the partitions. */
function said(all: readonly string[]): string[] {
  for (const one of all) expect(one).toMatch(/ \(record \d+\)/);
  return all.map((one) => one.replace(/ \(record \d+\)/, "")).sort();
}

describe("verify finds", () => {
  test("nothing in a log in which all is right", () => {
    expect(findings(sold())).toEqual([]);
  });

  test.each<readonly [what: string, type: string, change: Change, findings: readonly string[]]>([
    [
      "a unit that left by the order's word alone",
      "parcel.handed_over",
      (entry) => entry.actor === "sku:B" ? [] : [entry],
      [
        "order:ord_1 says 1 unit of B at LON1 left in shp_1_s, and sku:B did not hand them over",
        "sku:B keeps 1 unit of B at LON1 more under ord_1/1 than order:ord_1 counts on",
      ],
    ],
    [
      "units that left by the SKUs' word alone",
      "order.shipped",
      none,
      [
        "sku:A says 3 units of A at LON1 left in shp_1_s, and order:ord_1 does not",
        "sku:B says 1 unit of B at LON1 left in shp_1_s, and order:ord_1 does not",
        "order:ord_1 counts on 3 units of A at LON1 more than sku:A keeps for it under ord_1/1",
        "order:ord_1 counts on 1 unit of B at LON1 more than sku:B keeps for it under ord_1/1",
      ],
    ],
    [
      "more that left than was said",
      "parcel.handed_over",
      (entry) => entry.actor === "sku:A" ? of(4)(entry) : [entry],
      [
        "sku:A says 1 unit of A at LON1 left in shp_1_s, and order:ord_1 does not",
        "order:ord_1 counts on 1 unit of A at LON1 more than sku:A keeps for it under ord_1/1",
      ],
    ],
    [
      "a cancelled unit that its SKU keeps",
      "allocation.released",
      none,
      [
        "sku:A keeps 1 unit of A at LON1 more under ord_1/1 than order:ord_1 counts on",
      ],
    ],
    [
      "units that came back twice",
      "return.received",
      twice,
      [
        "sku:A says 2 units of A of return:ret_1_r were received at MAN1, and return:ret_1_r does not",
      ],
    ],
    [
      "units that came back by the return's word alone",
      "return.received",
      none,
      [
        "return:ret_1_r says 2 units of A of return:ret_1_r were received at MAN1, and sku:A does not",
      ],
    ],
    [
      "units that came back to the SKU alone",
      "order_return.received",
      none,
      [
        "sku:A says 2 units of A of return:ret_1_r were received at MAN1, and return:ret_1_r does not",
        "the order of return:ret_1_r says 2 units of A were received, and the return does not",
      ],
    ],
    [
      "units that came back, and their order does not know",
      "order.return_received",
      none,
      [
        "return:ret_1_r says 2 units of A were received, and its order did not hear of it",
      ],
    ],
    [
      "units that were graded as something else",
      "return.graded",
      (entry) =>
        (entry.data as { readonly grade: string }).grade === "B"
          ? [{ ...entry, data: { ...entry.data as Record<string, never>, to: "sellable" } }]
          : [entry],
      [
        "sku:A says 1 unit of A of return:ret_1_r was graded as B, to sellable, and return:ret_1_r does not",
        "return:ret_1_r says 1 unit of A of return:ret_1_r was graded as B, to nowhere, and sku:A does not",
      ],
    ],
    [
      "units that are sold as another SKU, and never came to it",
      "goods.received",
      (entry) => entry.actor === "sku:A-open" ? [] : [entry],
      [
        "return:ret_1_r says 1 unit of A-open of return:ret_1_r was restocked at MAN1, and sku:A-open does not",
      ],
    ],
  ])("%s", (_, type, change, wanted) => {
    for (const partitions of [1, 2, 4]) {
      expect(said(findings(sold(partitions), only(type, change)))).toEqual([...wanted].sort());
    }
  });

  describe("nothing of what is held back", () => {
    const unpaid = (): ScatteredLog => {
      const log = new ScatteredLog(2, 100);
      for (const call of [sale[0]!, buy(2, [["A", 2]], { payment: "pending" })]) log.run([call], () => 0);
      return log;
    };
    const fails = pay(2, "failed"),
      kept = "sku:A keeps 2 units of A at LON1 more under ord_2/1 than order:ord_2 counts on";

    test.each(["sku:A", "kind:sku"] as ActorId[])("while %s is paused", (held) => {
      const log = unpaid();
      log.operate("pause", held);
      log.run([fails], () => 0);
      expect(awaitedIn(log)).toEqual([awaits.stock(actorId("order", "ord_2"))]);
      expect(findings(log)).toEqual([]);
      log.operate("resume", held);
      log.run([], () => 0);
      expect(awaitedIn(log)).toEqual([]);
    });

    test("while a SKU stands still, until an operator drops it", () => {
      const log = unpaid(), stuck = actorId("sku", "A");
      log.broken.add(stuck);
      log.run([fails], () => 0);
      expect(awaitedIn(log)).toEqual([awaits.stock(actorId("order", "ord_2"))]);
      expect(findings(log)).toEqual([]);
      log.broken.clear();
      log.operate("drop", stuck, log.causeOf(fails));
      expect(said(findings(log))).toEqual([kept]);
    });
  });

  test("nothing of what is under way where the log ends, by the command itself", async () => {
    const whole = new ScatteredLog(2, 2);
    for (const call of sale) whole.run([call], () => 0);
    let awaited = 0;
    for (let until = 1; until <= whole.records.length; until++) {
      const records = whole.records.slice(0, until), broker = await emptyLog();
      for (const { subject, payload } of records) await broker.publish(subject, payload, { ackMsMax: 1_000 });
      const { ok, checks } = await verifySystem(broker, { chance: 0, elapsedMs: () => 0 });
      expect(checks.flatMap(({ findings }) => findings)).toEqual([]);
      expect(ok).toBe(true);
      if (awaitedIn({ records }).length > 0) awaited++;
    }
    expect(awaited).toBeGreaterThan(5);
  });
});
