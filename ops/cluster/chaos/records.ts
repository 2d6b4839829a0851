import type { Broker, Stored } from "../../../streams/broker/broker.ts";
import { streamNames } from "../../../streams/record.ts";
import { type Folded, foldLog } from "./fold.ts";

/** Every record of a log, to be read again with lies in it: how tests of the audit begin. */
export async function recordsIn(broker: Broker): Promise<Stored[]> {
  const { lastSequence } = await broker.info(streamNames.events), records: Stored[] = [];
  for (let sequence = 1; sequence <= lastSequence; sequence++) {
    records.push((await broker.at(streamNames.events, sequence))!);
  }
  return records;
}

/** The fold of these records. */
export function logOf(stored: readonly Stored[]): Promise<Folded> {
  const broker: Pick<Broker, "info" | "read"> = {
    info: () =>
      Promise.resolve({
        ...{ createdAtMs: 0, firstSequence: 1, messages: stored.length, bytes: 0 },
        lastSequence: stored.at(-1)?.sequence ?? 0,
      }),
    read: () => {
      const all = stored[Symbol.iterator]();
      return {
        [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve(all.next()) }),
        stop: () => Promise.resolve(),
      };
    },
  };
  return foldLog(broker as Broker);
}
