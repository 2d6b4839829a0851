/** A table of the model: rows by key. */
export interface Table<Row> {
  readonly name: string;
  /** Never there: it only says what the rows are. */
  readonly row?: Row;
}
export const table = <Row>(name: string): Table<Row> => ({ name });

export type Change = (tables: Tables) => void;

/** Rows in memory, changed by whole transactions, the last of which can be lost. */
export class Tables {
  readonly #tables = new Map<string, Map<string, unknown>>();
  readonly #unflushedMax: number;
  /** How to take back each transaction that a crash may still lose, oldest first. */
  readonly #unflushed: (() => void)[][] = [];
  #undo: (() => void)[] = [];

  constructor(unflushedMax: number) {
    this.#unflushedMax = unflushedMax;
  }

  get unflushed(): number {
    return this.#unflushed.length;
  }

  rows<Row>({ name }: Table<Row>): ReadonlyMap<string, Row> {
    return this.#of<Row>(name);
  }

  /** Puts what `change` makes of the row; deletes it when that is nothing. Only within `commit`. */
  change<Row>({ name }: Table<Row>, key: string, change: (before: Row | undefined) => Row | undefined): void {
    const rows = this.#of<Row>(name);
    const before = rows.get(key);
    const set = (row: Row | undefined) => void (row === undefined ? rows.delete(key) : rows.set(key, row));
    set(change(before));
    this.#undo.push(() => set(before));
  }

  /** All changes, or none when one of them throws. */
  commit(changes: readonly Change[]): void {
    this.#undo = [];
    try {
      for (const change of changes) change(this);
    } catch (error) {
      takeBack(this.#undo);
      throw error;
    }
    this.#unflushed.push(this.#undo);
    if (this.#unflushed.length > this.#unflushedMax) this.#unflushed.shift();
  }

  /** What is committed by now is never lost. */
  flush(): void {
    this.#unflushed.length = 0;
  }

  /** Takes the last transactions back, at most so many; answers with how many it were. */
  lose(countMax: number): number {
    const lost = Math.min(countMax, this.#unflushed.length);
    for (let i = 0; i < lost; i++) takeBack(this.#unflushed.pop()!);
    return lost;
  }

  #of<Row>(name: string): Map<string, Row> {
    const known = this.#tables.get(name) ?? new Map<string, unknown>();
    this.#tables.set(name, known);
    return known as Map<string, Row>; // Whoever has the table's name has it with its type.
  }
}

function takeBack(undo: readonly (() => void)[]): void {
  for (const back of [...undo].reverse()) back();
}
