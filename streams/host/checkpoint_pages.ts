import type { Broker } from "../broker/broker.ts";
import { Fault } from "../faults.ts";
import { streamNames } from "../record.ts";

/** A server drops a connection on which 64 MiB wait: pages have up to 1 MiB. */
const pagesAtOnceMax = 16;

/** The pages `<prefix>.0`, `<prefix>.1` … of a checkpoint, from the leader: a stale page would forget something. */
export async function readPages(
  broker: Pick<Broker, "last">,
  prefix: string,
  count: number,
): Promise<Uint8Array[]> {
  const names = Array.from({ length: count }, (_, i) => `${prefix}.${i}`), pages: Uint8Array[] = [];
  for (let from = 0; from < count; from += pagesAtOnceMax) {
    const some = names.slice(from, from + pagesAtOnceMax);
    pages.push(...await Promise.all(some.map((name) => readPage(broker, name))));
  }
  return pages;
}

async function readPage(broker: Pick<Broker, "last">, name: string): Promise<Uint8Array> {
  const page = await broker.last(streamNames.snapshots, name);
  if (page !== undefined) return page.payload;
  throw new Fault("log.lost", `Cannot open from the checkpoint: its page ${name} is missing`);
}
