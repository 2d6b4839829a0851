import { basename } from "node:path";
import type { Broker } from "../../streams/broker/broker.ts";
import { connectJetStream } from "../../streams/broker/jetstream.ts";
import { openDatabase } from "../../projections/database.ts";
import { Failure } from "../cli/failure.ts";
import { runDemo } from "../demo/demo.ts";
import { type SystemVerdict, type VerifyOptions, verifySystem } from "../verify/verify.ts";
import { salesFiles } from "./months.ts";
import { startOurs } from "./ours.ts";

export interface VerifyFigures {
  /** Of the log alone; the better of the rounds. */
  readonly eventsPerSecond: number;
  /** All of it: snapshots and rows, and starting threads. */
  readonly tookMs: number;
}
export interface VerifyResult {
  readonly source: string;
  readonly events: number;
  readonly records: number;
  /** Looked at one by one. */
  readonly actors: number;
  readonly oneThread: VerifyFigures;
  readonly threads: VerifyFigures;
  readonly ratio: number;
}
export interface VerifyBench {
  readonly dataDir: string;
  /** Real sales; the last file is sent. None, and none usual ones: the demo's made-up shop, which is too small to say much. */
  readonly sales: readonly string[];
  readonly rounds: number;
  readonly say: (line: string) => void;
}

/** `waybill verify` over a shop's whole course: orders, stock, parcels, invoices and credit notes. */
export async function measureVerify({ dataDir, sales, rounds, say }: VerifyBench): Promise<VerifyResult> {
  const file = salesFiles(sales).at(-1), ours = await startOurs(dataDir);
  try {
    say("verify: sending a shop's orders, parcels and cancellations");
    const { defects } = await runDemo({ target: ours, ship: true, ...(file !== undefined && { file }) });
    if (defects.length > 0) throw new Failure(`Cannot measure verify: ${defects.join("; ")}`);
    const { natsUrl, natsToken, databaseUrl: url } = ours;
    const broker = await connectJetStream({ servers: [natsUrl], token: natsToken, name: "waybill bench" });
    const sql = openDatabase({ url, connectionsMax: 1 });
    try {
      const source = file === undefined ? "the demo's shop" : basename(file);
      const result = { source, ...await measureRounds(broker, { sql, rounds }) };
      say(showVerify(result));
      return result;
    } finally {
      await sql.end();
      await broker.close();
    }
  } finally {
    await ours.stop();
  }
}

async function measureRounds(
  broker: Broker,
  { sql, rounds }: { readonly sql: NonNullable<VerifyOptions["sql"]>; readonly rounds: number },
): Promise<Omit<VerifyResult, "source">> {
  const taken: { readonly [How in "oneThread" | "threads"]: SystemVerdict[] } = {
    oneThread: [],
    threads: [],
  };
  for (let round = 0; round < rounds; round++) {
    for (const how of ["oneThread", "threads"] as const) {
      const options = { sql, chance: 0, elapsedMs: () => performance.now(), threads: how === "threads" };
      const verdict = await verifySystem(broker, options);
      if (!verdict.ok) throw new Failure("Cannot measure verify: it finds the log wrong");
      taken[how].push(verdict);
    }
  }
  const best = (all: readonly SystemVerdict[]): VerifyFigures => ({
    eventsPerSecond: Math.max(...all.map((one) => one.eventsPerSecond)),
    tookMs: Math.min(...all.map((one) => one.tookMs)),
  });
  const { events, records, sampled } = taken.threads.at(-1)!;
  const oneThread = best(taken.oneThread), threads = best(taken.threads);
  const ratio = Math.round(threads.eventsPerSecond / oneThread.eventsPerSecond * 10) / 10;
  return { events, records, actors: sampled, oneThread, threads, ratio };
}

function showVerify(result: VerifyResult): string {
  const { source, events, records, actors, oneThread, threads, ratio } = result;
  const line = (title: string, { eventsPerSecond, tookMs }: VerifyFigures) =>
    `  ${title.padEnd(12)} the log at ${eventsPerSecond} events/s; all of it in ${
      (tookMs / 1000).toFixed(1)
    } s`;
  return [
    `verify: ${source}: ${events} events in ${records} records, ${actors} actors one by one`,
    line("one thread", oneThread),
    line("threads", threads),
    `  ${ratio} ×`,
  ].join("\n");
}
