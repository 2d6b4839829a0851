/** The only clock, source of ids and way to wait that code in `streams/` has: simulation puts its own here. */
export interface Runtime {
  /** Milliseconds since 1970. */
  nowMs(): number;
  /** A new ULID. */
  newId(): string;
  sleep(ms: number): Promise<void>;
  /** Which code this is; written beside what it could not decide. */
  readonly build: string;
}
