import type { Broker } from "../streams/broker/broker.ts";
import { Fault } from "../streams/faults.ts";
import { type Mark, streamNames } from "../streams/record.ts";
import type { LogRecord } from "./log_record.ts";
import { type Projection, schemaOf, type Write } from "./projection.ts";
import type { RowStore, StoredPosition } from "./row_store.ts";

/** One projection and how far its rows are. */
interface Course<Db, Tx> {
  readonly projection: Projection<Db, Tx>;
  position: StoredPosition;
}

export interface CoursesOptions<Db, Tx> {
  readonly broker: Broker;
  readonly rows: RowStore<Db, Tx>;
  /** One behind the others (a new version, say) is brought up first; those ahead skip what they have. */
  readonly projections: readonly Projection<Db, Tx>[];
  readonly partition: number;
}

/** All projections of one partition: rows and positions move together. */
export class Courses<Db, Tx> {
  readonly #options: CoursesOptions<Db, Tx>;
  #all: Course<Db, Tx>[] = [];

  constructor(options: CoursesOptions<Db, Tx>) {
    this.#options = options;
  }

  get opened(): boolean {
    return this.#all.length > 0;
  }

  /** The last record that all rows include; 0 before anything is known. */
  get sequence(): number {
    return this.opened ? Math.min(...this.#all.map(({ position }) => position.mark.sequence)) : 0;
  }

  /** Reads where every projection stands; answers with the position furthest behind. */
  async open(): Promise<StoredPosition> {
    const { broker, rows, partition, projections } = this.#options;
    const { createdAtMs: streamCreatedMs } = await broker.info(streamNames.events);
    const courses: Course<Db, Tx>[] = [];
    for (const projection of projections) {
      const { shape } = projection;
      const wanted = { projection: schemaOf(projection), partition, streamCreatedMs, shape };
      courses.push({ projection, position: await rows.openPosition(wanted) });
    }
    const byAge = courses.map(({ position }) => position).sort((a, b) => a.mark.sequence - b.mark.sequence);
    const last = byAge[0];
    if (last === undefined) throw new Error("Cannot project: no projection is given");
    this.#all = courses;
    return last;
  }

  /** Throws when another projector moved a position, or a crash of the database set one back. */
  async expectThere(): Promise<void> {
    const { rows } = this.#options;
    await rows.transact(async (tx) => {
      for (const { position } of this.#all) await rows.movePosition(tx, position, position.mark);
    });
  }

  async store(batch: readonly LogRecord[]): Promise<void> {
    const { rows } = this.#options;
    const writes: { course: Course<Db, Tx>; to: Mark; write: Write<Tx> }[] = [];
    for (const course of this.#all) {
      const records = recordsAfter(course.position.mark, batch);
      const last = records.at(-1);
      if (last === undefined) continue;
      const write = await rows.read((db) => course.projection.project(records, db));
      writes.push({ course, to: { sequence: last.sequence, hash: last.hash }, write });
    }
    if (writes.length === 0) return;
    await rows.transact(async (tx) => {
      for (const { course, to } of writes) await rows.movePosition(tx, course.position, to);
      for (const { write } of writes) await write(tx);
    });
    for (const { course, to } of writes) course.position = { ...course.position, mark: to };
  }
}

/** Those after the mark; the one at the mark must be the one that was seen there. */
function recordsAfter(mark: Mark, batch: readonly LogRecord[]): readonly LogRecord[] {
  const seen = batch.find(({ sequence }) => sequence === mark.sequence);
  if (seen !== undefined && seen.hash !== mark.hash) {
    throw new Fault(
      "log.lost",
      `Cannot go on at ${mark.sequence}: the rows were made from another record there`,
    );
  }
  return batch.filter(({ sequence }) => sequence > mark.sequence);
}
