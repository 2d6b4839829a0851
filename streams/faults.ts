/** The world failed. Whether trying again can help is a property of the code, not of whoever caught it. */
export const faults = {
  /** No answer from the log, or no connection. */
  "log.unavailable": { retry: true },
  /** A stream that should be there is not. */
  "log.missing": { retry: false },
  /** The server is too old or lacks what we need. */
  "log.unsuitable": { retry: false },
  /** Another host owns the partition. */
  "partition.fenced": { retry: false },
  /** The log ends before a position that was seen, or holds something else there. */
  "log.lost": { retry: false },
  /** A reader says that it had read what the log does not hold; whether that is so still, the next look tells. */
  "log.doubted": { retry: true },
  /** A record or snapshot cannot be read by this code. */
  "record.undecodable": { retry: false },
  "clock.behind": { retry: false },
  "projection.fenced": { retry: false },
  /** Other rows took the place of those that were read, built anew or from before. */
  "projection.replaced": { retry: true },
  /** Rows of the partition that this one was split from are not there yet. */
  "projection.early": { retry: true },
  "database.unavailable": { retry: true },
  /** The database ended a statement that took longer than it may: it is busy, a lock is held, or the statement is too much for it. */
  "database.slow": { retry: true },
} as const;

export type FaultCode = keyof typeof faults;

export class Fault extends Error {
  override readonly name = "Fault";
  readonly code: FaultCode;
  constructor(code: FaultCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
  get retry(): boolean {
    return faults[this.code].retry;
  }
}
