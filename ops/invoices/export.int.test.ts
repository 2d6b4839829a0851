import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { IssuedDocument } from "../../actors/series/document.ts";
import { openDatabase, type Sql } from "../../projections/database.ts";
import { migrate } from "../../projections/migrate.ts";
import { type InvoiceQueries, invoiceQueries } from "../../projections/invoices/invoice_queries.ts";
import { Chain, issued, parrot, saying, sellerSaid } from "../../projections/testing/issuing.ts";
import { projectTo } from "../../projections/testing/running.ts";
import { TownLog } from "../../projections/testing/town_log.ts";
import type { Broker } from "../../streams/broker/broker.ts";
import { MemoryServer } from "../../streams/broker/memory.ts";
import { type TestDatabase, testDatabase } from "../testing/postgres.ts";
import { exportPeriod } from "./export.ts";
import { IssuedIn } from "./rows_audit.ts";
import { type Verdict, verifyInvoices } from "./verify.ts";

const invoices = new Chain(), credits = new Chain("CN", "credit_note");
const november = [invoices.next("ship:1", [["10.00", "2.00"]]), invoices.next("ship:2", [["5.00", "1.00"]])];
const december = credits.next("credit:1", [["10.00", "2.00"]], { issuedOn: "2026-12-01" });
const period = { period: "2026-11", from: "2026-11-01", to: "2026-11-30" };

const log = new IssuedIn(period);

let database: TestDatabase, sql: Sql, broker: Broker, verdict: Verdict, folder: string;

beforeAll(async () => {
  database = await testDatabase();
  await migrate(database.url);
  sql = openDatabase({ url: database.url });
  broker = new MemoryServer().connect();
  await TownLog.streams(broker);
  const town = new TownLog(broker, 0, { series: parrot });
  await projectTo(await town.turn(saying("main", sellerSaid, ...[...november, december].map(issued))), {
    broker,
    sql,
  });
  verdict = await verifyInvoices(broker, { seen: log.take });
});
afterAll(async () => {
  await sql.end({ timeout: 1 });
  await database.drop();
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "waybill-export-"));
});
afterEach(() => rm(folder, { recursive: true }));

const bytesOf = (path: string) => readFile(join(folder, path));
const exported = (queries: InvoiceQueries = invoiceQueries(sql)) =>
  exportPeriod(queries, period, { folder, verdict, issued: log.hashes });

test("a bundle holds the period's documents, its journal, the chains' ends and the proof, each with its hash", async () => {
  const { manifest, made } = await exported();
  expect(JSON.parse((await bytesOf("manifest.json")).toString())).toEqual(
    JSON.parse(JSON.stringify(manifest)),
  );
  const paths = manifest.files.map(({ path }) => path);
  expect(paths).toEqual(expect.arrayContaining([
    ...["chain-heads.json", "journal.csv", "verification.json"],
    ...november.flatMap(({ number }) => [`documents/${number}.json`, `documents/${number}.pdf`]),
  ]));
  expect(paths.some((path) => path.includes(december.number))).toBe(false);
  expect({ made, documents: manifest.documents }).toEqual({ made: paths.length, documents: 2 });
  for (const { path, sha256, bytes } of manifest.files) {
    const content = await bytesOf(path);
    expect(createHash("sha256").update(content).digest("hex"), path).toBe(sha256);
    expect(content.byteLength, path).toBe(bytes);
  }
  expect((await bytesOf(`documents/${november[0]!.number}.pdf`)).subarray(0, 5).toString()).toBe("%PDF-");
  expect((await bytesOf("journal.csv")).toString()).toMatch(/,total,.*,15.00,3.00,18.00,2\r\n$/);
  expect(JSON.parse((await bytesOf("chain-heads.json")).toString())).toMatchObject([
    { number: december.number, hash: december.hash },
    { number: november[1]!.number, hash: november[1]!.hash },
  ]);
});

test("what is there and right is not made again; what was changed is", async () => {
  const first = await exported();
  const again = await exported();
  expect(again.made).toBe(1); // The journal alone.
  expect(again.manifest).toEqual(first.manifest);
  await writeFile(join(folder, `documents/${november[0]!.number}.json`), "{}");
  expect((await exported()).made).toBe(2);
  expect(JSON.parse((await bytesOf(`documents/${november[0]!.number}.json`)).toString()).total).toBe("12.00");
});

test("goes on where it was interrupted", async () => {
  const queries = invoiceQueries(sql);
  const failing: InvoiceQueries = {
    ...queries,
    find: (number) =>
      number === november[1]!.number ? Promise.reject(new Error("gone")) : queries.find(number),
  };
  await expect(exported(failing)).rejects.toThrow("gone");
  await expect(bytesOf("manifest.json")).rejects.toThrow("ENOENT");
  const { manifest, made } = await exported();
  const done = manifest.files.filter(({ path }) => path.includes(november[0]!.number)).length;
  expect(made).toBe(manifest.files.length - done);
  await expect(bytesOf("progress.ndjson")).rejects.toThrow("ENOENT");
});

test("a bundle of rows that lag or were changed is not proven, until they say again what the log says", async () => {
  const [kept, changed] = november as [IssuedDocument, IssuedDocument];
  const write = (document: IssuedDocument) =>
    sql`update invoices_v1.documents set document = ${JSON.stringify(document)}::text::json
      where number = ${document.number}`;
  const proven = { ...verdict, ok: true, checks: [] };
  const findings = async (issuedThere = log.hashes) => {
    const { manifest } = await exportPeriod(invoiceQueries(sql), period, {
      ...{ folder, verdict: proven, issued: issuedThere },
    });
    const said = JSON.parse((await bytesOf("verification.json")).toString()) as Verdict;
    const found = said.checks.flatMap(({ findings }) => findings);
    expect([manifest.proven, said.ok]).toEqual([found.length === 0, found.length === 0]);
    return found;
  };
  expect(await findings()).toEqual([]);
  await write({ ...changed, total: "0.01" });
  expect(await findings()).toEqual([`${changed.number} says in documents something else than in the log`]);
  await write(changed);
  expect(await findings()).toEqual([]);
  expect(JSON.parse((await bytesOf(`documents/${changed.number}.json`)).toString()).total).toBe("6.00");
  const move = (day: string) =>
    sql`update invoices_v1.documents set issued_on = ${day} where number = ${kept.number}`;
  await move("2026-10-31");
  expect(await findings()).toEqual([
    `${kept.number} is in the log, and not in the documents and the journal`,
  ]);
  await move(kept.issuedOn);
  const others = new IssuedIn({ from: kept.issuedOn, to: kept.issuedOn });
  others.take(kept);
  expect(await findings(others.hashes)).toEqual(
    ["documents", "the journal"].map((where) =>
      `${changed.number} is in ${where}, and not in the period of the log as far as it was read`
    ),
  );
});
