import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { actorId } from "../../../actors/ids.ts";
import type { KnownOrder } from "../../../actors/order/state.ts";
import type { IssuedDocument } from "../../../actors/series/document.ts";
import { documentHash } from "../../../actors/series/hash.ts";
import { openTown, type Town } from "../../../http/testing/town.ts";
import { auditInvoices } from "./audit_invoices.ts";
import type { Folded } from "./fold.ts";
import { orderId, parcel, receipt, smallOrder } from "./goods.ts";
import { logOf, recordsIn } from "./records.ts";

/** The books of three orders, each in a parcel of its own, into which each test writes one lie. */
const names = ["one", "two", "three"], lines = [{ sku: "PEN", quantity: 3 }];
let town: Town, log: Folded;
beforeAll(async () => {
  town = await openTown();
  const orders = names.flatMap((name) => [smallOrder(name, lines), parcel(name, "LON1", lines)]);
  for (const ask of [receipt("opening", "LON1", [["PEN", 100]]), ...orders]) {
    expect((await town.call("POST", ask.path, ask.body, ask.headers)).status, ask.name).toBe(201);
  }
  const issued = async () => (log = await logOf(await recordsIn(town.server.connect()))).documents.length;
  await vi.waitUntil(async () => await issued() === names.length);
});
afterAll(() => town?.close());

const findings = (changed: Partial<Folded>) =>
  auditInvoices({ ...log, ...changed }).flatMap((check) => check.findings);
/** The second document says something else; its hash is counted anew, as who forges it would. */
function forged(lie: Partial<IssuedDocument>): Partial<Folded> {
  const [first, second, third] = log.documents, changed = { ...second!, ...lie };
  return { documents: [first!, { ...changed, hash: documentHash(changed) }, third!] };
}
function orderTells(name: string, lie: (order: KnownOrder) => Partial<KnownOrder>): Partial<Folded> {
  const id = actorId("order", orderId(name)), actor = log.actors.get(id)!, state = actor.state as KnownOrder;
  return { actors: new Map(log.actors).set(id, { ...actor, state: { ...state, ...lie(state) } }) };
}
const numberOf = (i: number) => log.documents[i]!.number;

test("true books are without a finding, and every check has looked at all three", () => {
  const checks = auditInvoices(log);
  expect(checks.map(({ looked, findings }) => ({ looked, findings }))).toEqual([
    { looked: 3, findings: [] },
    { looked: 3, findings: [] },
  ]);
});

describe("the audit of invoices finds", () => {
  test("a number that is missing", () => {
    const found = findings({ documents: log.documents.filter((_, i) => i !== 1) });
    expect(found).toEqual([
      expect.stringMatching(/^INV-\d+ has 3 where 2 follows$/),
      `${numberOf(2)} is not chained to the last`,
      expect.stringMatching(/^order ord_.* is INV-.*-000002 here, and nothing in its series$/),
    ]);
  });

  test("a number that was given twice", () => {
    const [first, second, third] = log.documents;
    expect(findings({ documents: [first!, second!, second!, third!] })).toEqual([
      expect.stringMatching(/^INV-\d+ has 2 where 3 follows$/),
      `${numberOf(1)} is not chained to the last`,
      `${second!.source} is invoiced by ${numberOf(1)} and ${numberOf(1)}`,
    ]);
  });

  test("an amount that was changed, whether or not its hash was made to fit", () => {
    const [first, second, third] = log.documents;
    expect(findings({ documents: [first!, { ...second!, total: "9.17" }, third!] })).toEqual([
      `${numberOf(1)} is not what its hash says`,
      `${numberOf(1)} does not add up`,
      expect.stringContaining("in its series"),
    ]);
    expect(findings(forged({ total: "9.17" }))).toEqual([
      `${numberOf(1)} does not add up`,
      `${numberOf(2)} is not chained to the last`,
      expect.stringContaining("in its series"),
    ]);
  });

  test("an invoice that nobody asked for, and a parcel without one", () => {
    const { source } = log.documents[1]!;
    expect(findings(forged({ source: "ship:shp_STRANGE" }))).toEqual([
      `${numberOf(2)} is not chained to the last`,
      expect.stringContaining("and nothing in its series"),
      expect.stringContaining("did not ask for it"),
    ]);
    expect(findings(orderTells("two", () => ({ books: undefined })))).toEqual([
      expect.stringContaining(`nobody asked for the invoice of ${source.slice("ship:".length)}`),
      expect.stringContaining("did not ask for it"),
    ]);
  });

  test("an order that was never told its number", () => {
    const untold = orderTells("two", ({ books }) => ({
      books: { ...books!, invoices: books!.invoices.map(({ issued: _, ...rest }) => rest) },
    }));
    expect(findings(untold)).toEqual([expect.stringMatching(/ship:.* has no number$/)]);
  });
});
