import { series } from "../../../actors/series/series.ts";
import { line, placing, receiving, shipping, TownLog } from "../../../projections/testing/town_log.ts";
import type { Broker, Stored } from "../../../streams/broker/broker.ts";
import { MemoryServer } from "../../../streams/broker/memory.ts";
import { writeMap } from "../../../streams/cluster/map_store.ts";
import { hashOf } from "../../../streams/hash.ts";
import { evenPartitions } from "../../../streams/partition_map.ts";
import { streamNames, subjects, type TurnRecord } from "../../../streams/record.ts";
import { decodeRecord, encodeRecord } from "../../../streams/record_text.ts";
import { ensureStreams } from "../../../streams/streams.ts";
import { systemRuntime } from "../../../streams/system_runtime.ts";

/** Two orders, of which one is shipped and invoiced. */
export async function madeLog(): Promise<readonly TurnRecord[]> {
  const broker = await emptyLog();
  const town = new TownLog(broker, 0, { series });
  await town.turn(receiving("A", 10), receiving("B", 7));
  await town.turn(placing(1, [line("A", 2)]), placing(2, [line("A", 3)]));
  await town.turn(shipping(1, "t1"));
  return (await recordsOf(broker)).map(decodeRecord);
}

export async function emptyLog(): Promise<Broker> {
  const broker = new MemoryServer().connect();
  await ensureStreams(broker, 1);
  await writeMap(broker, systemRuntime("test"), evenPartitions(1), 0);
  return broker;
}

async function recordsOf(broker: Broker): Promise<Stored[]> {
  const { lastSequence } = await broker.info(streamNames.events), records: Stored[] = [];
  const reader = broker.read(streamNames.events, { fromSequence: 1 });
  for await (const stored of reader) {
    records.push(stored);
    if (stored.sequence >= lastSequence) break;
  }
  await reader.stop();
  return records;
}

interface WriteOptions {
  readonly payloadOf?: (record: TurnRecord) => Uint8Array;
  /** Each record names the one before it as it is now, else as it was. */
  readonly chained?: boolean;
}

/** Writes the log again, with records changed. */
export async function writeLog(
  broker: Broker,
  log: readonly TurnRecord[],
  { payloadOf = textOf, chained = true }: WriteOptions = {},
): Promise<void> {
  let previous = { sequence: 0, hash: "" };
  for (const [place, one] of log.entries()) {
    const record = { ...one, previous }, payload = payloadOf(record);
    await broker.publish(subjects.events(0), payload, { ackMsMax: 1_000 });
    previous = { sequence: place + 1, hash: hashOf(chained ? payload : textOf(record)) };
  }
}

/** As hosts write it. */
export function textOf({ sends, inputs, results, entries, ...head }: TurnRecord): Uint8Array {
  const lines = (list: readonly unknown[]) => list.map((one) => JSON.stringify(one));
  return encodeRecord(head, { sends: lines(sends), inputs: lines(inputs), results, entries: lines(entries) });
}
