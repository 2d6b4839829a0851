import type { Sku } from "../actors/ids.ts";
import type { Broker, Stored } from "../streams/broker/broker.ts";
import { Fault } from "../streams/faults.ts";
import type { Partition } from "../streams/partition_map.ts";
import type { Mark } from "../streams/record.ts";
import { decodeEntries, type Happened } from "../streams/record_text.ts";
import type { Runtime } from "../streams/runtime.ts";
import { keepGoing } from "./keep_going.ts";
import type { LogListener } from "./log_news.ts";
import { followLimits, type Head, headOf, LogFollower } from "./log_follower.ts";
import { type LogRecord, nothingYet } from "./log_record.ts";
import { pause } from "./pace.ts";
import { type ProjectorObserver, unwatchedProjector } from "./projector_observer.ts";
import type { Positions, SkuStock, StockView } from "./queries.ts";
import type { StoredPosition } from "./row_store.ts";
import { foldStock, type StockSums } from "./stock_fold.ts";
import { StockMemory } from "./stock_memory.ts";
import { covers, Waiters } from "./waiters.ts";

export interface StockViewOptions {
  readonly broker: Broker;
  readonly runtime: Pick<Runtime, "nowMs" | "sleep" | "after" | "random">;
  /** Where rows may be taken from at the start; without it, or while it does not answer, the log is read from its beginning. */
  readonly loadRows?: LoadStock;
  readonly partitions: readonly Partition[];
  /** Hears of other actors than SKUs, as their records are read anyway. */
  readonly listener?: LogListener;
  readonly observer?: Pick<ProjectorObserver, "interrupted" | "stopped">;
}

/** Adds all stock rows to the sums; answers with the position of every partition that they are at. */
export type LoadStock = (sums: StockSums) => Promise<readonly StoredPosition[]>;

/** What was split must first be read as far as that. */
const parentMsMax = 10_000;

/** How often the view makes sure that it knows of everything. */
const lookMs = 1_000;

/** Follows one partition: where it stands, and when it was last certain that nothing newer existed. */
interface Course {
  readonly partition: number;
  readonly origin: Partition["origin"];
  mark: Mark;
  streamCreatedMs: number | undefined;
  head: Head;
  asOfMs: number;
}

function courseOf({ partition, origin }: Partition): Course {
  const head = { sequence: 0, storedAtMs: 0 };
  return { partition, origin, mark: nothingYet, streamCreatedMs: undefined, head, asOfMs: 0 };
}

/** Small batches: requests are answered between them while a long log is read. */
const limits = { ...followLimits, eventsMax: 1_000 };

const isSku = (actor: string) => actor.startsWith("sku:");

/** Stock in the edge's memory, fed by EVENTS. Begins with the rows that Postgres has, if it answers. */
export class LiveStockView implements StockView {
  readonly #options: StockViewOptions;
  readonly #waiters: Waiters;
  readonly #stopping = new AbortController();
  readonly #courses: Course[];
  readonly #standing = new Map<number, number>();
  readonly #ends: Promise<void>[] = [];
  #following = false;
  #memory = new StockMemory();

  constructor(options: StockViewOptions) {
    this.#options = options;
    this.#waiters = new Waiters(options.runtime);
    this.#courses = options.partitions.map(courseOf);
  }

  /** Follows these partitions, too, as far as they are not known yet: after a split. */
  follow(partitions: readonly Partition[]): void {
    for (const one of partitions) {
      if (this.#courses.some(({ partition }) => partition === one.partition)) continue;
      const course = { ...courseOf(one), asOfMs: this.asOfMs() };
      this.#courses.push(course);
      this.#start(course);
    }
  }

  sku(sku: Sku): SkuStock | undefined {
    return this.#memory.sku(sku);
  }

  /** Of the partition that is furthest behind. */
  asOfMs(): number {
    return Math.min(...this.#courses.map((course) => course.asOfMs));
  }

  positions(): Positions {
    return this.#standing;
  }

  reached(position: Positions, waitMsMax: number): Promise<boolean> {
    return covers(this.#standing, position) ? Promise.resolve(true) : this.#waiters.wait(position, waitMsMax);
  }

  stop(): void {
    this.#stopping.abort();
    this.#waiters.close();
  }

  /** Loads, then follows until stopped; rejects when the log cannot be read on. */
  async run(): Promise<void> {
    const { loadRows } = this.#options;
    if (loadRows) await this.#load(loadRows);
    this.#following = true;
    for (const course of this.#courses) this.#start(course);
    await this.#lookOn();
    await Promise.all(this.#ends);
  }

  #start(course: Course): void {
    const { runtime, observer = unwatchedProjector } = this.#options, { signal } = this.#stopping;
    if (!this.#following) return;
    const { partition } = course;
    const end = keepGoing((progressed) => this.#follow(course, progressed), {
      runtime,
      partition,
      signal,
      observer,
    }).finally(() => this.stop());
    end.catch(() => undefined); // `run` tells of it.
    this.#ends.push(end);
  }

  /** Without rows the log is read from its beginning, which takes longer and ends the same. */
  async #load(loadRows: LoadStock): Promise<void> {
    const memory = new StockMemory();
    let positions;
    try {
      positions = await loadRows(memory);
    } catch (error) {
      if (!(error instanceof Fault) || !error.retry) throw error;
      const { observer = unwatchedProjector } = this.#options;
      observer.interrupted({
        partition: this.#courses[0]?.partition ?? 0,
        code: error.code,
        reason: error.message,
        retryMs: 0,
      });
      return;
    }
    this.#memory = memory;
    for (const { partition, mark, streamCreatedMs } of positions) {
      const course = this.#courses.find((course) => course.partition === partition);
      if (course === undefined) {
        throw new Error(`Cannot show stock: partition ${partition} has rows but is not read`);
      }
      course.mark = mark;
      course.streamCreatedMs = streamCreatedMs;
      this.#standing.set(partition, mark.sequence);
    }
    this.#waiters.wake(this.#standing);
  }

  async #follow(course: Course, progressed: () => void): Promise<void> {
    const { broker, runtime } = this.#options;
    const { partition, mark, origin, streamCreatedMs } = course;
    const { listener } = this.#options;
    const wanted = (stored: Stored) =>
      decodeEntries(stored, (actor) => isSku(actor) || listener?.wants(actor) === true);
    const from = mark.sequence === 0 && origin ? origin : mark;
    if (from === origin) await this.#parentReached(origin);
    const follower = await LogFollower.reading(
      broker,
      { partition, from, streamCreatedMs },
      wanted,
      limits,
    );
    const stop = () => void follower.stop();
    this.#stopping.signal.addEventListener("abort", stop);
    try {
      if (this.#stopping.signal.aborted) return;
      for await (const batch of follower.batches()) {
        this.#apply(course, batch);
        progressed();
        if (this.#stopping.signal.aborted) return;
        await runtime.sleep(0); // Requests first.
      }
    } finally {
      this.#stopping.signal.removeEventListener("abort", stop);
      await follower.stop();
    }
  }

  /** What happened to these SKUs before the split comes before what happened after it. */
  async #parentReached({ partition, sequence }: NonNullable<Course["origin"]>): Promise<void> {
    if (await this.reached(new Map([[partition, sequence]]), parentMsMax)) return;
    throw new Fault(
      "projection.early",
      `Cannot show stock: partition ${partition} has not reached its split`,
    );
  }

  #apply(course: Course, batch: readonly LogRecord<Happened>[]): void {
    for (const { record, sequence, hash, storedAtMs } of batch) {
      for (const entry of record.entries) {
        if (isSku(entry.actor)) foldStock(this.#memory, entry);
        else this.#options.listener?.heard(entry.actor, new Map([[course.partition, sequence]]));
      }
      course.mark = { sequence, hash };
      course.asOfMs = storedAtMs;
    }
    this.#standing.set(course.partition, course.mark.sequence);
    this.#waiters.wake(this.#standing);
  }

  async #lookOn(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      for (const course of this.#courses) await this.#look(course);
      await pause(this.#options.runtime, lookMs, this.#stopping.signal);
    }
  }

  /** When the log ends where the view stands, the view is as new as the question. */
  async #look(course: Course): Promise<void> {
    const askedAtMs = this.#options.runtime.nowMs();
    try {
      course.head = await headOf(this.#options.broker, course.partition, course.head);
    } catch (error) {
      if (error instanceof Fault) return; // The view gets older until the log answers, and says so.
      throw error;
    }
    if (course.head.sequence <= course.mark.sequence) course.asOfMs = Math.max(course.asOfMs, askedAtMs);
  }
}
