import { Fault } from "../faults.ts";
import type { Mark, RecordHead } from "../record.ts";

type Link = Pick<RecordHead, "partition" | "previous" | "split">;

/**
 * The ends of the partitions' chains, as far as records were read: each record must name the one before it of its partition, by place
 * and by hash. A partition that was split from another goes on from the record that made it.
 */
export class Chains {
  readonly #heads: Map<number, Mark>;
  readonly #fromBeginning: boolean;

  /** `fromBeginning`: nothing comes before what is read, so that a partition without a known end begins with nothing. */
  constructor(
    heads: Iterable<readonly [number, Mark]>,
    { fromBeginning }: { readonly fromBeginning: boolean },
  ) {
    this.#heads = new Map(heads);
    this.#fromBeginning = fromBeginning;
  }

  get heads(): ReadonlyMap<number, Mark> {
    return this.#heads;
  }

  /** The record that the next one of the partition must name; undefined where reading began in the middle. */
  endOf(partition: number): Mark | undefined {
    return this.#heads.get(partition) ?? (this.#fromBeginning ? { sequence: 0, hash: "" } : undefined);
  }

  /** Throws `Fault("log.lost")` unless the record hangs on what was read before it. */
  take(link: Link, mark: Mark): void {
    const missed = this.missedBy(link);
    if (missed) {
      throw new Fault(
        "log.lost",
        `Cannot read on: record ${mark.sequence} of partition ${link.partition} follows ${
          named(link.previous)
        }, but ${named(missed)} was read before it`,
      );
    }
    this.goOnFrom(link, mark);
  }

  /** What was read before the record, where that is not what it names. */
  missedBy({ partition, previous }: Link): Mark | undefined {
    const end = this.endOf(partition);
    const follows = !end || (end.sequence === previous.sequence && end.hash === previous.hash);
    return follows ? undefined : end;
  }

  /** The record is the end of its chain now, whatever it named. */
  goOnFrom({ partition, split }: Link, mark: Mark): void {
    this.#heads.set(partition, mark);
    if (split) this.#heads.set(split.child, mark);
  }
}

const named = ({ sequence, hash }: Mark) => sequence === 0 ? "nothing" : `${sequence} (${hash.slice(0, 12)})`;
