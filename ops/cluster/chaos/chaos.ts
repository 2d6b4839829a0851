import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Broker } from "../../../streams/broker/broker.ts";
import { connectJetStream } from "../../../streams/broker/jetstream.ts";
import { readMap } from "../../../streams/cluster/map_store.ts";
import { type Admin, openAdmin } from "../admin.ts";
import { type Cluster, startCluster } from "../cluster.ts";
import type { PartitionMap } from "../../../streams/partition_map.ts";
import type { Shape } from "../shape.ts";
import { type Verdict, verifyInvoices } from "../../invoices/verify.ts";
import { auditLog, type Check } from "./audit.ts";
import { auditInvoices } from "./audit_invoices.ts";
import { auditReaders } from "./audit_readers.ts";
import { chanceFrom } from "./chance.ts";
import { Client } from "./client.ts";
import { foldLog } from "./fold.ts";
import { Ledger } from "./ledger.ts";
import { planFaults } from "./plan.ts";
import { Recovery } from "./recovery.ts";
import { type ChaosResult, recoveryTimes } from "./result.ts";
import { auditMembers, untilQuiet } from "./settle.ts";
import { openShop, type Shop } from "./shop.ts";
import { runStorm } from "./tempest.ts";

export interface ChaosOptions {
  readonly seed: number;
  readonly minutes: number;
  readonly shape: Shape;
  readonly buyers: number;
  /** How long faults and the calm between them last, in shares of the usual. */
  readonly pace: number;
  /** Everything goes below it; kept when something is wrong. */
  readonly folder: string;
  readonly say: (line: string) => void;
  readonly aborted?: AbortSignal;
}

const settleMsMax = 240_000, readyMsMax = 180_000;

/** A sale under faults, and then an audit from outside. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const { folder, shape, say, aborted } = options;
  mkdirSync(folder, { recursive: true, mode: 0o711 });
  const dataDir = join(folder, "data");
  const common = { dataDir, shape, port: 0, proxied: true, log: say, ...(aborted && { aborted }) };
  const cluster = await startCluster(common);
  let broken = true;
  try {
    const broker = await connectJetStream(cluster.addressOf("operator"));
    const admin = await openAdmin(cluster.addressOf("operator"));
    try {
      const result = await attack(options, { cluster, broker, admin });
      broken = result.verdict === "broken";
      return result;
    } finally {
      await Promise.allSettled([broker.close(), admin.close()]);
    }
  } finally {
    await cluster.stop();
    if (!broken) rmSync(folder, { recursive: true, force: true });
  }
}

interface Field {
  readonly cluster: Cluster;
  readonly broker: Broker;
  readonly admin: Admin;
}

async function attack(options: ChaosOptions, field: Field): Promise<ChaosResult> {
  const { seed, minutes, say } = options, { cluster, broker } = field;
  const ledger = new Ledger(), map = (await readMap(broker))!.map;
  const recovery = new Recovery(map.partitions.map(({ partition }) => partition));
  const { storm, unsettled, settledInMs } = await trade(options, { ...field, ledger, recovery, map });
  say("auditing");
  const log = await foldLog(broker);
  const checks: Check[] = [
    { what: "everything came to rest in time", looked: 1, findings: [...storm.problems, ...unsettled] },
    ...auditLog(log, ledger),
    ...auditInvoices(log),
    proven(await verifyInvoices(broker)),
    ...await auditReaders(cluster, log, broker),
    await auditMembers(cluster),
  ];
  const verdict = checks.every(({ findings }) => findings.length === 0) ? "exact" : "broken";
  if (verdict === "broken") keepLedger(options.folder, ledger, recovery);
  return {
    ...{ seed, minutes, verdict, settledInMs, checks, dataDir: options.folder },
    faults: Object.fromEntries(storm.injected),
    skipped: Object.fromEntries(storm.skipped),
    orders: ledger.of("order").length,
    ...{ records: log.records, events: log.events },
    answers: Object.fromEntries([...ledger.answers].sort(([a], [b]) => a < b ? -1 : 1)),
    longestSilenceMs: Math.round(ledger.longestSilenceMs),
    longestOfOnePartition: recovery.longest,
    recovery: recoveryTimes(recovery),
    unasked: cluster.members.flatMap(({ name, unasked }) => unasked.map((how) => `${name}: ${how}`)),
  };
}

/** Nothing may be on its way any more. */
function proven({ checks, invoices, creditNotes, waiting }: Verdict): Check {
  const onTheWay = waiting === 0 ? [] : [`${waiting} documents are on their way`];
  return {
    what: "`waybill invoices verify` proves all of it",
    looked: invoices + creditNotes,
    findings: [...checks.flatMap(({ findings }) => findings), ...onTheWay],
  };
}

interface Trading extends Field {
  readonly ledger: Ledger;
  readonly recovery: Recovery;
  readonly map: PartitionMap;
}

/** The sale, with faults; returns when everybody knows and everything is at rest, or has failed to come to rest. */
async function trade(options: ChaosOptions, { cluster, broker, admin, ledger, recovery, map }: Trading) {
  const { seed, minutes, buyers, pace, say, aborted } = options, ms = minutes * 60_000;
  const gaveUp = new AbortController(), giveUp = () => gaveUp.abort();
  aborted?.addEventListener("abort", giveUp);
  const client = new Client({ urls: cluster.urls, key: cluster.key, ledger, gaveUp: gaveUp.signal });
  say(`seed ${seed}, ${minutes} min: the shop opens`);
  const shop = await openShop({ client, chance: chanceFrom(seed + 1), map, recovery, ms, buyers });
  try {
    const site = { cluster, admin }, plan = planFaults({ seed, ms, pace });
    const storm = await runStorm({ site, plan, recovery, say, ...(aborted && { aborted }) });
    aborted?.throwIfAborted();
    say("all faults are healed; everything has to come to rest");
    const healedMs = performance.now();
    const unsettled = await settle({ cluster, broker, shop, gaveUp, say });
    return { storm, unsettled, settledInMs: Math.round(performance.now() - healedMs) };
  } finally {
    giveUp();
    shop.close();
    await shop.done;
  }
}

interface Settling {
  readonly cluster: Cluster;
  readonly broker: Broker;
  readonly shop: Shop;
  readonly gaveUp: AbortController;
  readonly say: (line: string) => void;
}

/** What did not come to rest in time. */
async function settle({ cluster, broker, shop, gaveUp, say }: Settling): Promise<string[]> {
  const findings: string[] = [];
  const note = (error: unknown) => void findings.push(error instanceof Error ? error.message : String(error));
  await cluster.untilReady(readyMsMax).catch(note);
  shop.close();
  const timer = setTimeout(() => gaveUp.abort(), settleMsMax);
  await shop.done;
  clearTimeout(timer);
  say("every client was answered; the log has to come to rest");
  if (gaveUp.signal.aborted) findings.push(`some clients were not answered within ${settleMsMax / 1_000} s`);
  const loud = await untilQuiet(broker, settleMsMax);
  return loud === undefined ? findings : [...findings, loud];
}

function keepLedger(folder: string, ledger: Ledger, recovery: Recovery): void {
  const lines = [...ledger.entries.values()].map((entry) => JSON.stringify(entry));
  writeFileSync(join(folder, "answers.ndjson"), lines.join("\n"));
  writeFileSync(
    join(folder, "faults.json"),
    JSON.stringify(recovery.all, (_, value) => value instanceof Set ? [...value] : value, 2),
  );
}
