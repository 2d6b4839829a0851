import { bucketOf } from "../../actors/ids.ts";
import type { Heard } from "../host/hearing.ts";
import { nothingRead, type PartitionState } from "../host/partition_state.ts";
import type { BucketRange, Mark, Pending } from "../record.ts";

interface Letter {
  readonly source: number;
  readonly mark: Mark;
  /** Place in what the record says. */
  readonly index: number;
  readonly pending: Pending;
}

/**
 * What records say to actors of other partitions, until those have taken it. Kept by bucket, because buckets move when a partition is
 * split and what waits for their actors moves with them.
 */
export class Mailbox {
  readonly #byBucket = new Map<number, Letter[]>();
  #count = 0;

  get count(): number {
    return this.#count;
  }

  post(source: number, mark: Mark, sends: readonly Pending[]): void {
    sends.forEach((pending, index) => {
      const bucket = bucketOf(pending.to), letters = this.#byBucket.get(bucket);
      const letter = { source, mark, index, pending };
      if (letters) letters.push(letter);
      else this.#byBucket.set(bucket, [letter]);
    });
    this.#count += sends.length;
  }

  /** Takes out what all records up to there say to the partition, a record at a time, in their order. */
  take(
    partition: number,
    { range, origins }: Pick<PartitionState, "range" | "origins">,
    upTo: number,
  ): Heard[] {
    if (this.#count === 0) return [];
    const letters = this.#takeLetters(partition, range, upTo), heard: Heard[] = [];
    for (const bySource of groups(letters)) {
      const { source, mark } = bySource[0]!, messages = bySource.map(({ pending }) => pending);
      const passedOn = source === origins[0]?.partition
        ? messages.find(({ asker }) => asker)?.cause.at?.[0]
        : undefined;
      heard.push({ source, mark, messages, read: nothingRead, ...(passedOn !== undefined && { passedOn }) });
    }
    return heard;
  }

  /** What nobody has taken. */
  rest(): readonly Pending[] {
    return [...this.#byBucket.values()].flat().sort(inOrder).map(({ pending }) => pending);
  }

  /** Forgets as many letters as these that say the same. */
  forget(pendings: readonly Pending[]): void {
    const left = new Map<string, number>();
    for (const pending of pendings) left.set(textOf(pending), (left.get(textOf(pending)) ?? 0) + 1);
    for (const [bucket, letters] of this.#byBucket) {
      const kept = letters.filter(({ pending }) => {
        const text = textOf(pending), count = left.get(text) ?? 0;
        if (count > 0) left.set(text, count - 1);
        return count === 0;
      });
      this.#count -= letters.length - kept.length;
      if (kept.length > 0) this.#byBucket.set(bucket, kept);
      else this.#byBucket.delete(bucket);
    }
  }

  #takeLetters(partition: number, [from, to]: BucketRange, upTo: number): readonly Letter[] {
    const taken: Letter[] = [];
    for (const [bucket, letters] of this.#byBucket) {
      if (bucket < from || bucket >= to) continue;
      const wanted = ({ source, mark }: Letter) => source !== partition && mark.sequence <= upTo;
      const left = letters.filter((letter) => !wanted(letter));
      if (left.length === letters.length) continue;
      taken.push(...letters.filter(wanted));
      if (left.length > 0) this.#byBucket.set(bucket, left);
      else this.#byBucket.delete(bucket);
    }
    this.#count -= taken.length;
    return taken.sort(inOrder);
  }
}

const textOf = ({ to, from, message, cause: { id } }: Pending) => JSON.stringify([to, from, message, id]);

const inOrder = (a: Letter, b: Letter) => a.mark.sequence - b.mark.sequence || a.index - b.index;

function groups(letters: readonly Letter[]): readonly (readonly Letter[])[] {
  const all: Letter[][] = [];
  for (const letter of letters) {
    const last = all.at(-1);
    if (last && last[0]!.mark.sequence === letter.mark.sequence) last.push(letter);
    else all.push([letter]);
  }
  return all;
}
