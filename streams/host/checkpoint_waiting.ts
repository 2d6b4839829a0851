import { Buffer } from "node:buffer";
import type { Broker } from "../broker/broker.ts";
import type { Dead, Pending } from "../record.ts";
import { readPages } from "./checkpoint_pages.ts";

/** `inlineBytesMax`: more of what waits lies in pages of its own, which `pageBytesMax` bounds. */
export const waitingLimits = { inlineBytesMax: 256 * 1024, pageBytesMax: 1024 * 1024 } as const;

/** What of a partition's state grows with what is held back: behind an actor or a kind that stands still it has no limit. */
interface Waiting {
  readonly waiting: readonly Pending[];
  readonly parked: readonly Pending[];
  readonly stopped: readonly Dead[];
}
const lists = ["waiting", "parked", "stopped"] as const;
type Row = readonly [list: typeof lists[number], row: Pending | Dead];

/** In pages that each fit into a message, in order; none when it is little enough to stand in the checkpoint itself. */
export function pagesOfWaiting(state: Waiting): Uint8Array[] {
  const pages: string[][] = [];
  let bytes = Infinity, all = 0;
  for (const list of lists) {
    for (const row of state[list]) {
      const text = JSON.stringify([list, row]), size = Buffer.byteLength(text) + 1;
      if (bytes + size > waitingLimits.pageBytesMax) {
        pages.push([]);
        bytes = 0;
      }
      pages.at(-1)!.push(text);
      bytes += size;
      all += size;
    }
  }
  if (all <= waitingLimits.inlineBytesMax) return [];
  return pages.map((rows) => new TextEncoder().encode(`[${rows.join(",")}]`));
}

/** Nothing when it stands in the checkpoint itself. */
export async function readWaiting(
  broker: Pick<Broker, "last">,
  checkpoint: string,
  { waitingPages = 0 }: { readonly waitingPages?: number },
): Promise<Waiting | Record<never, never>> {
  if (waitingPages === 0) return {};
  const waiting: Pending[] = [], parked: Pending[] = [], stopped: Dead[] = [];
  for (const page of await readPages(broker, `${checkpoint}.waiting`, waitingPages)) {
    for (const [list, row] of JSON.parse(new TextDecoder().decode(page)) as Row[]) {
      if (list === "stopped") stopped.push(row as Dead);
      else (list === "waiting" ? waiting : parked).push(row as Pending);
    }
  }
  return { waiting, parked, stopped };
}
