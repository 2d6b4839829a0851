import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { shipmentCreated } from "../../http/schemas/shipment.ts";
import type { Broker } from "../../streams/broker/broker.ts";
import { auditInvoices } from "../cluster/chaos/audit_invoices.ts";
import { Client } from "../cluster/chaos/client.ts";
import { type Folded, foldLog } from "../cluster/chaos/fold.ts";
import { parcel, receipt, smallOrder } from "../cluster/chaos/goods.ts";
import { type Ask, Ledger } from "../cluster/chaos/ledger.ts";
import { verifyInvoices } from "../invoices/verify.ts";
import { eachOf } from "./orders.ts";

/** Callers who place orders and ship them, and ask until they know. */
export interface InvoiceRace {
  readonly ledger: Ledger;
  /** Resolves once so many parcels are acknowledged. */
  shipped(parcels: number): Promise<void>;
  /** Resolves once every caller knows everything. */
  readonly done: Promise<void>;
  /** Asks once more for every parcel. */
  again(): Promise<void>;
  /** One more order, in a parcel of its own. */
  oneMore(name: string): Promise<void>;
  /** The ids of all parcels that anybody was told of. */
  shipmentIds(): string[];
}

export interface RaceOptions {
  readonly urls: readonly string[];
  readonly key: string;
  readonly invoices: number;
  readonly callers: number;
}

const skus = ["PEN", "PAPER", "INK"], location = "LON1", unitsEach = 100_000;
const pause = { firstMs: 50, maxMs: 500 };

/** Each order and each parcel is asked for by two callers at once. */
export function startRace({ urls, key, invoices, callers }: RaceOptions): InvoiceRace {
  const ledger = new Ledger(), gaveUp = new AbortController();
  const client = new Client({ urls, key, ledger, gaveUp: gaveUp.signal, pause });
  const linesOf = (n: number) => [{ sku: skus[n % skus.length]!, quantity: 1 + n % 3 }];
  const ship = (name: string, n: number) => settle(client, parcel(name, location, linesOf(n)));
  const buy = async (name: string, n: number) => {
    await settle(client, smallOrder(name, linesOf(n)));
    await ship(name, n);
  };
  const numbers = Array.from({ length: invoices }, (_, n) => n), nameOf = (n: number) => `race-${n}`;
  const run = async () => {
    await settle(client, receipt("opening", location, skus.map((sku) => [sku, unitsEach])));
    await eachOf(numbers.flatMap((n) => [n, n]), callers, (n) => buy(nameOf(n), n));
  };
  const parcels = () => ledger.of("shipment").filter(({ told }) => told !== undefined);
  let failed: unknown;
  const done = run().catch((error: unknown) => {
    failed = error ?? new Error("Cannot race: no reason was given");
    gaveUp.abort();
    throw failed;
  });
  done.catch(() => {}); // Whoever awaits it hears of it.
  return {
    ledger,
    done,
    shipped: async (wanted) => {
      while (failed === undefined && parcels().length < wanted) await sleep(5);
    },
    again: async () => void await eachOf(numbers, callers, (n) => ship(nameOf(n), n)),
    oneMore: (name) => buy(name, 0),
    shipmentIds: () => parcels().map(({ told }) => shipmentCreated.parse(JSON.parse(told!.text)).shipmentId),
  };
}

/** Every answer must be a yes. */
async function settle(client: Client, ask: Ask): Promise<void> {
  const told = await client.settle(ask);
  expect(told, `the answer to ${ask.name}`).toMatchObject({ status: 201 });
}

const issuedMsMax = 60_000;

/** The log once so many documents are issued, with nothing to find fault with: one series, each parcel once, chained, as `waybill invoices verify` proves, too. */
export async function expectOneSeries(broker: Broker, race: InvoiceRace, invoices: number): Promise<Folded> {
  let log = await foldLog(broker);
  const audited = async () => {
    log = await foldLog(broker);
    return [log.documents.length, ...log.findings, ...auditInvoices(log).flatMap(({ findings }) => findings)];
  };
  await expect.poll(audited, { timeout: issuedMsMax, interval: 500 }).toEqual([invoices]);
  const { documents } = log;
  expect(new Set(documents.map(({ series }) => series)).size).toBe(1);
  expect(documents.map(({ sequence }) => sequence)).toEqual(
    Array.from({ length: invoices }, (_, i) => i + 1),
  );
  expect(documents.map(({ source }) => source).sort()).toEqual(
    race.shipmentIds().map((id) => `ship:${id}`).sort(),
  );
  expect(race.ledger.contradictions).toEqual([]);
  const { checks, ...verdict } = await verifyInvoices(broker);
  expect(checks.flatMap(({ findings }) => findings)).toEqual([]);
  expect(verdict).toMatchObject({ ok: true, invoices, creditNotes: 0, waiting: 0 });
  return log;
}
