/**
 * The only clock, chance, source of ids and way to wait that code in `streams/` and `projections/` has: simulation puts its own here.
 * The adapters to the outside (`streams/broker/`, the database's driver) have their own.
 */
export interface Runtime {
  /** Milliseconds since 1970. */
  nowMs(): number;
  /** Milliseconds of a clock that never jumps: for waiting and measuring. */
  elapsedMs(): number;
  /** A new ULID. */
  newId(): string;
  /** At least 0, below 1: for jitter. */
  random(): number;
  sleep(ms: number): Promise<void>;
  /** Calls `run` once after this time, unless stopped before. */
  after(ms: number, run: () => void): Timer;
  /** Which code this is; written beside what it could not decide. */
  readonly build: string;
}
export interface Timer {
  stop(): void;
}
