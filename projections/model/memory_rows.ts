import { Fault } from "../../streams/faults.ts";
import type { Mark } from "../../streams/record.ts";
import type {
  PositionWanted,
  RowStore,
  StoredPosition,
  StoredUnprojected,
  Unprojected,
} from "../row_store.ts";
import {
  keepUnprojected,
  moving,
  openedPosition,
  positionKey,
  positions,
  storedPosition,
  unprojected,
} from "./memory_positions.ts";
import { type Change, type Table, Tables } from "./tables.ts";

/** What a client may ask the database for: one round trip each. */
export type RowStep = "open" | "read" | "move" | "commit";

/** What may go wrong with one of them, chosen by a test or a simulation. To the client both are a lost connection. */
export type RowFault =
  /** It never happens; at a commit, nothing of the transaction is there. */
  | "lose-statement"
  /** It happens, and the client does not hear of it. */
  | "lose-answer";

export interface MemoryRowsOptions {
  /** Carries a question or an answer a little later; a simulation decides when and in which order. */
  readonly later?: (run: () => void) => void;
  readonly fault?: (step: RowStep) => RowFault | undefined;
  /** A crash loses at most so many of the last transactions. */
  readonly unflushedMax?: number;
}

/**
 * A model of the database: transactions happen at once, in the order of their commits, and of two that move a position from the same
 * place the second is fenced. What it holds survives every `connect`, as a server's disk does.
 */
export class MemoryRows {
  readonly #options: MemoryRowsOptions;
  readonly #tables: Tables;
  #up = true;
  /** Every connection belongs to one of these and ends with it. */
  #session = 0;

  constructor(options: MemoryRowsOptions = {}) {
    this.#options = options;
    this.#tables = new Tables(options.unflushedMax ?? 64);
  }

  /** With options of its own, where one client's ways to the server are others than another's. */
  connect(options: Pick<MemoryRowsOptions, "later" | "fault"> = {}): MemoryConnection {
    const { later = queueMicrotask, fault } = { ...this.#options, ...options };
    return new MemoryConnection({
      tables: this.#tables,
      later,
      fault: (step) => fault?.(step),
      session: () => this.#up ? this.#session : undefined,
    });
  }

  /** The rows as they are, for an auditor. */
  rows<Row>(of: Table<Row>): ReadonlyMap<string, Row> {
    return this.#tables.rows(of);
  }
  /** How far each projection is in each partition. */
  positions(): readonly StoredPosition[] {
    return [...this.rows(positions).values()].map(storedPosition);
  }

  /** As an operator does. */
  askRetry(at: Pick<Unprojected, "projection" | "partition">): void {
    const asked = (before: StoredUnprojected | undefined) => before && { ...before, retryAsked: true };
    this.#tables.commit([() => this.#tables.change(unprojected, positionKey(at), asked)]);
  }

  get up(): boolean {
    return this.#up;
  }
  /** Everyone is cut off; what is committed stays. */
  goDown(): void {
    this.#up = false;
    this.#session++;
  }
  comeUp(): void {
    this.#up = true;
  }
  /** How many of the last transactions a crash may lose now. */
  get unflushed(): number {
    return this.#tables.unflushed;
  }
  flush(): void {
    this.#tables.flush();
  }
  /**
   * A power cut: at most so many of the last transactions that are not flushed are gone, rows and positions together. Everyone is cut
   * off; a server that was up is back at once. Answers with how many were lost.
   */
  crash(loseMax: number): number {
    this.#session++;
    const lost = this.#tables.lose(loseMax);
    this.#tables.flush();
    return lost;
  }
}

/** What is written, until it is committed. */
export class MemoryTx {
  readonly changes: Change[] = [];
  readonly session: number;

  constructor(session: number) {
    this.session = session;
  }
  /** Makes the row from the one that is there at the commit; `undefined` deletes it. */
  put<Row>(into: Table<Row>, key: string, change: (before: Row | undefined) => Row | undefined): void {
    this.changes.push((tables) => tables.change(into, key, change));
  }
  /** The transaction fails if there is such a row. */
  insert<Row>(into: Table<Row>, key: string, row: Row): void {
    this.put(into, key, (before) => {
      if (before !== undefined) {
        throw new Error(`Cannot insert ${key} into ${into.name}: it is there already`);
      }
      return row;
    });
  }
}

/** Reads what is committed. */
export interface MemoryDb {
  /** Those of these keys that have a row. */
  find<Row>(from: Table<Row>, keys: readonly string[]): Promise<ReadonlyMap<string, Row>>;
  /** One look at everything. */
  snapshot<T>(look: (rows: <Row>(of: Table<Row>) => ReadonlyMap<string, Row>) => T): Promise<T>;
}

interface Wire {
  readonly tables: Tables;
  readonly later: (run: () => void) => void;
  readonly fault: (step: RowStep) => RowFault | undefined;
  /** Undefined while the server is down. */
  readonly session: () => number | undefined;
}

/** One client's way to the model. */
export class MemoryConnection implements RowStore<MemoryDb, MemoryTx>, MemoryDb {
  readonly #wire: Wire;

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  openPosition(wanted: PositionWanted): Promise<StoredPosition> {
    const { tables } = this.#wire;
    return this.#ask("open", () => openedPosition(tables, wanted));
  }

  read<T>(ask: (db: MemoryDb) => Promise<T>): Promise<T> {
    return ask(this);
  }

  find<Row>(from: Table<Row>, keys: readonly string[]): Promise<ReadonlyMap<string, Row>> {
    return this.#ask("read", () => {
      const rows = this.#wire.tables.rows(from);
      const found = new Map<string, Row>();
      for (const key of keys) {
        const row = rows.get(key);
        if (row !== undefined) found.set(key, row);
      }
      return found;
    });
  }

  snapshot<T>(look: (rows: <Row>(of: Table<Row>) => ReadonlyMap<string, Row>) => T): Promise<T> {
    return this.#ask("read", () => look((of) => this.#wire.tables.rows(of)));
  }

  async transact(work: (tx: MemoryTx) => Promise<void>): Promise<void> {
    const session = this.#wire.session();
    if (session === undefined) throw lost("begin");
    const tx = new MemoryTx(session);
    await work(tx);
    await this.#ask("commit", () => this.#wire.tables.commit(tx.changes), tx.session);
  }

  async movePosition(tx: MemoryTx, from: StoredPosition, to: Mark): Promise<void> {
    const key = positionKey(from);
    const moved = moving(from, to);
    await this.#ask("move", () => void moved(this.#wire.tables.rows(positions).get(key)), tx.session);
    tx.put(positions, key, moved); // And once more at the commit: somebody may have moved it meanwhile.
  }

  unprojected(partition: number): Promise<readonly StoredUnprojected[]> {
    const { tables } = this.#wire;
    return this.#ask(
      "open",
      () => [...tables.rows(unprojected).values()].filter((one) => one.partition === partition),
    );
  }

  noteUnprojected(what: Unprojected): Promise<void> {
    const { tables } = this.#wire;
    return this.#ask("open", () => keepUnprojected(tables, what));
  }

  forgetUnprojected(tx: MemoryTx, at: Pick<Unprojected, "projection" | "partition">): Promise<void> {
    tx.put(unprojected, positionKey(at), () => undefined);
    return Promise.resolve();
  }

  /** There and back. Whatever the client began before the server went down ends with it. */
  async #ask<T>(step: RowStep, work: () => T, session = this.#wire.session()): Promise<T> {
    const ended = () => session === undefined || this.#wire.session() !== session;
    await this.#travel();
    const fault = this.#wire.fault(step);
    if (ended() || fault === "lose-statement") throw lost(step);
    const answer = work();
    await this.#travel();
    if (ended() || fault === "lose-answer") throw lost(step);
    return answer;
  }

  #travel(): Promise<void> {
    return new Promise((arrived) => this.#wire.later(arrived));
  }
}

const lost = (step: RowStep | "begin") =>
  new Fault("database.unavailable", `Cannot ${step}: the connection to the database is lost`);
