import type { Broker } from "../broker/broker.ts";
import { hashOf } from "../hash.ts";
import type { Partition } from "../partition_map.ts";
import { streamNames, subjects } from "../record.ts";
import { decodeEntries, headOf } from "../record_text.ts";
import { beginning, readCheckpoint } from "./checkpoint.ts";
import { foldRecord, type PartitionState } from "./partition_state.ts";

/**
 * The partition's own state as its log has it now, without its actors: what it holds back, what waits, its timers. Reads the last
 * checkpoint and the heads of the records behind it, as somebody who only looks.
 */
export async function readPartitionState(
  broker: Broker,
  { partition, range }: Pick<Partition, "partition" | "range">,
): Promise<PartitionState> {
  const { state } = await readCheckpoint(broker, partition) ?? beginning();
  if (state.head.sequence === 0) state.range = range;
  const subject = subjects.events(partition), last = await broker.last(streamNames.events, subject);
  if (last === undefined || last.sequence <= state.head.sequence) return state;
  const reader = broker.read(streamNames.events, { subject, fromSequence: state.head.sequence + 1 });
  try {
    for await (const stored of reader) {
      const { sequence, payload } = stored;
      foldRecord(state, headOf(payload) ?? decodeEntries(stored), { sequence, hash: hashOf(payload) });
      if (sequence >= last.sequence) break;
    }
  } finally {
    await reader.stop();
  }
  return state;
}
