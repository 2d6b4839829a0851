import { type Mark, streamNames, subjects } from "../../../streams/record.ts";
import {
  decodePersonal,
  type PersonalItem,
  type PersonalMessage,
} from "../../../streams/retention/personal_message.ts";
import { leftOf } from "../../../streams/retention/erased.ts";
import { readChunks } from "../keep.ts";
import { keptOf, type Manifest } from "../manifest.ts";
import type { Place } from "../place.ts";
import type { Cut } from "./cut.ts";
import type { Plan } from "./plan.ts";
import type { Outgoing } from "./publish_all.ts";

/** One message holds so many of the items that were cut off from their own. */
const itemsMax = 500;

const encoder = new TextEncoder();

/** How far PERSONAL had copied each partition's records, at the cut or before. */
export async function copiedUpto(
  place: Place,
  newest: Manifest,
  { sequence }: Cut,
): Promise<Map<number, Mark>> {
  const copied = new Map<number, Mark>();
  for await (const stored of readChunks(place, keptOf(newest, streamNames.personal).chunks)) {
    const { partition, position } = decodePersonal(stored);
    if (position.sequence <= sequence) copied.set(partition, position);
  }
  return copied;
}

/** What messages hold that say more than the cut knows of. */
interface Late {
  /** Of records that no earlier message had copied. */
  readonly uncopied: PersonalItem[];
  /** Of messages that an erasure had put behind again: they were copied long ago. */
  readonly rewritten: PersonalItem[];
}

/** Personal data of everything that was accepted up to the cut, of nothing later, and of nobody who was erased. */
export async function* personalUpto(plan: Plan): AsyncGenerator<Outgoing> {
  const { place, newest, cut, uncopied, heads } = plan, late = new Map<number, Late>();
  // COMMANDS is one for all partitions: what came with a later message was not decided anywhere by the cut.
  const read = Math.max(0, ...heads.all().map(({ commands }) => commands.sequence));
  for await (const stored of readChunks(place, keptOf(newest, streamNames.personal).chunks)) {
    const message = decodePersonal(stored), items = message.items.map((item) => left(plan, item));
    if (message.position.sequence <= cut.sequence) {
      yield outgoing({ ...message, items });
      continue;
    }
    const wanted = uncopied.get(message.partition);
    const mine = late.get(message.partition) ?? { uncopied: [], rewritten: [] };
    late.set(message.partition, mine);
    for (const item of items) {
      if (wanted?.has(`${item.actor} ${item.id}`)) mine.uncopied.push(item);
      else if (item.at[0] <= read) mine.rewritten.push(item);
    }
  }
  for (const [partition, items] of late) yield* lateItems(plan, partition, items);
}

function* lateItems(plan: Plan, partition: number, { uncopied, rewritten }: Late): Generator<Outgoing> {
  const head = plan.heads.head(partition), before = plan.copied.get(partition) ?? { sequence: 0, hash: "" };
  const whole = head !== undefined && copiedWhole(plan, partition, uncopied);
  const position = whole ? { sequence: head.sequence, hash: head.hash } : before;
  // What is not whole the copier takes from COMMANDS again.
  const items = whole ? [...rewritten, ...uncopied] : rewritten;
  if (!whole && items.length === 0) return;
  for (let from = 0;; from += itemsMax) {
    const last = from + itemsMax >= items.length;
    yield outgoing({
      format: 1,
      partition,
      position: last ? position : before,
      items: items.slice(from, from + itemsMax),
    });
    if (last) return;
  }
}

function copiedWhole({ uncopied }: Plan, partition: number, items: readonly PersonalItem[]): boolean {
  const there = new Set(items.map(({ actor, id }) => `${actor} ${id}`));
  return [...(uncopied.get(partition) ?? [])].every((one) => there.has(one));
}

const left = ({ erased }: Plan, item: PersonalItem): PersonalItem => ({
  ...item,
  personal: leftOf(erased, item.actor, item.personal),
});

const outgoing = (message: PersonalMessage): Outgoing => ({
  subject: subjects.personal(message.partition),
  payload: encoder.encode(JSON.stringify(message)),
});
