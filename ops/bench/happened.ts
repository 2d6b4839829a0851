import type { Broker } from "../../streams/broker/broker.ts";
import { Failure } from "../cli/failure.ts";
import { streamNames } from "../../streams/record.ts";
import { decodeEntries } from "../../streams/record_text.ts";

export interface Happened {
  readonly count: number;
  /** When the turn with the last of them was decided; 0 when there is none. */
  readonly lastAtMs: number;
}

/** The events of a type that stand in EVENTS after this record. */
export async function happenedAfter(broker: Broker, sequence: number, wanted: string): Promise<Happened> {
  const { lastSequence } = await broker.info(streamNames.events);
  let count = 0, lastAtMs = 0;
  if (lastSequence <= sequence) return { count, lastAtMs };
  const reader = broker.read(streamNames.events, { fromSequence: sequence + 1 });
  for await (const stored of reader) {
    const { entries, atMs } = decodeEntries(stored);
    const here = entries.filter(({ type }) => type === wanted).length;
    if (here > 0) lastAtMs = atMs;
    count += here;
    if (stored.sequence >= lastSequence) break;
  }
  await reader.stop();
  return { count, lastAtMs };
}

const waitMsMax = 120_000, lookMs = 100;

/** Waits until so many of them stand there; one more is as wrong as one less. */
export async function untilHappened(
  broker: Broker,
  { after, type, count }: { readonly after: number; readonly type: string; readonly count: number },
): Promise<Happened> {
  const giveUpAtMs = performance.now() + waitMsMax;
  for (;;) {
    const found = await happenedAfter(broker, after, type);
    if (found.count === count) return found;
    if (found.count > count || performance.now() > giveUpAtMs) {
      throw new Failure(`Cannot go on: ${type} happened ${found.count} times instead of ${count}`);
    }
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
}
