import { showProgress } from "../cli/progress.ts";

export interface ReadingProgress {
  /** To be told after each record. */
  readonly at: (sequence: number, end: number) => void;
  end(): void;
}

/** Nothing is shown of what takes less. */
const quietMs = 500;

/** How far a reading of the log is, on standard error, so that what is printed can be piped. */
export function readingProgress(
  output: NodeJS.WriteStream,
  nowMs = () => performance.now(),
): ReadingProgress {
  const progress = showProgress(output);
  let begun = false, last = 0, startedMs: number | undefined;
  return {
    at: (sequence, end) => {
      startedMs ??= nowMs();
      if (!begun && nowMs() - startedMs < quietMs) return;
      // Another partition's part begins anew.
      if (!begun || sequence < last) {
        progress.begin("reading", end);
        last = 0;
      }
      begun = true;
      progress.step(sequence - last);
      last = sequence;
    },
    end: () => {
      if (begun) progress.end();
    },
  };
}
