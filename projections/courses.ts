import type { Broker } from "../streams/broker/broker.ts";
import { Fault } from "../streams/faults.ts";
import { type Mark, streamNames, type TurnRecord } from "../streams/record.ts";
import type { Happened } from "../streams/record_text.ts";
import type { LogRecord } from "./log_record.ts";
import { type Projection, schemaOf, type Write } from "./projection.ts";
import type { RowStore, StoredPosition, StoredUnprojected } from "./row_store.ts";

/** One projection and how far its rows are. */
export interface Course<Db, Tx, Read extends Happened = TurnRecord> {
  readonly projection: Projection<Db, Tx, Read>;
  position: StoredPosition;
  /** The record that it could not apply when it was last tried. */
  unprojected?: StoredUnprojected;
}

export interface CoursesOptions<Db, Tx, Read extends Happened = TurnRecord> {
  readonly broker: Broker;
  readonly rows: RowStore<Db, Tx>;
  /** The furthest behind is brought up first; those ahead skip what they have. */
  readonly projections: readonly Projection<Db, Tx, Read>[];
  readonly partition: number;
}

/** Some projections of one partition that read it together: their rows and positions move in one transaction. */
export class Courses<Db, Tx, Read extends Happened = TurnRecord> {
  readonly #rows: RowStore<Db, Tx>;
  readonly all: readonly Course<Db, Tx, Read>[];

  /** Reads where every projection stands. */
  static async open<Db, Tx, Read extends Happened = TurnRecord>(
    { broker, rows, partition, projections }: CoursesOptions<Db, Tx, Read>,
  ): Promise<Courses<Db, Tx, Read>> {
    const { createdAtMs: streamCreatedMs } = await broker.info(streamNames.events);
    const unprojected = new Map((await rows.unprojected(partition)).map((one) => [one.projection, one]));
    const courses: Course<Db, Tx, Read>[] = [];
    for (const projection of projections) {
      const { shape } = projection, schema = schemaOf(projection), troubled = unprojected.get(schema);
      const position = await rows.openPosition({ projection: schema, partition, streamCreatedMs, shape });
      courses.push({ projection, position, ...(troubled !== undefined && { unprojected: troubled }) });
    }
    return new Courses(rows, courses);
  }

  private constructor(rows: RowStore<Db, Tx>, all: readonly Course<Db, Tx, Read>[]) {
    this.#rows = rows;
    this.all = all;
  }

  /** The position furthest behind. */
  get last(): StoredPosition {
    const byAge = this.all.map(({ position }) => position).sort((a, b) => a.mark.sequence - b.mark.sequence);
    const last = byAge[0];
    if (last === undefined) throw new Error("Cannot project: no projection is given");
    return last;
  }

  /** The last record that all rows include. */
  get sequence(): number {
    return this.last.mark.sequence;
  }

  /** Some of them, as they are: they move on with these. */
  only(some: readonly Course<Db, Tx, Read>[]): Courses<Db, Tx, Read> {
    return new Courses(this.#rows, some);
  }
  /** Each by itself. */
  apart(): readonly Courses<Db, Tx, Read>[] {
    return this.all.map((course) => this.only([course]));
  }

  /** Throws when another projector moved a position, or a crash of the database set one back. */
  async expectThere(): Promise<void> {
    await this.#rows.transact(async (tx) => {
      for (const { position } of this.all) await this.#rows.movePosition(tx, position, position.mark);
    });
  }

  async store(batch: readonly LogRecord<Read>[]): Promise<void> {
    const rows = this.#rows;
    const writes: { course: Course<Db, Tx, Read>; to: Mark; write: Write<Tx> }[] = [];
    for (const course of this.all) {
      const records = recordsAfter(course.position.mark, batch);
      const last = records.at(-1);
      if (last === undefined) continue;
      const write = await rows.read((db) =>
        course.projection.project(records, db, course.position.projection)
      );
      writes.push({ course, to: { sequence: last.sequence, hash: last.hash }, write });
    }
    if (writes.length === 0) return;
    await rows.transact(async (tx) => {
      for (const { course, to } of writes) await rows.movePosition(tx, course.position, to);
      for (const { course, to } of writes) {
        if (isPast(course, to)) await rows.forgetUnprojected(tx, course.position);
      }
      for (const { write } of writes) await write(tx);
    });
    for (const { course, to } of writes) {
      course.position = { ...course.position, mark: to };
      if (isPast(course, to)) delete course.unprojected;
    }
  }
}

const isPast = ({ unprojected }: { readonly unprojected?: StoredUnprojected }, to: Mark): boolean =>
  unprojected !== undefined && to.sequence >= unprojected.sequence;

/** Those after the mark; the one at the mark must be the one that was seen there. */
function recordsAfter<Read extends Happened>(
  mark: Mark,
  batch: readonly LogRecord<Read>[],
): readonly LogRecord<Read>[] {
  const seen = batch.find(({ sequence }) => sequence === mark.sequence);
  if (seen !== undefined && seen.hash !== mark.hash) {
    throw new Fault(
      "log.lost",
      `Cannot go on at ${mark.sequence}: the rows were made from another record there`,
    );
  }
  return batch.filter(({ sequence }) => sequence > mark.sequence);
}
