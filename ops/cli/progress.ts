import { Presets, SingleBar } from "cli-progress";

/** Shown while something goes on. */
export interface Progress {
  begin(what: string, total: number): void;
  /** Some more is done; 1 when left out. What comes meanwhile, beyond the total, makes it larger. */
  step(count?: number): void;
  end(): void;
}

/** Where progress goes; standard error, so that a report on standard output stays clean. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** A bar with rate and time left on a terminal, else a plain line every few seconds. */
export function showProgress(output: NodeJS.WriteStream): Progress {
  return output.isTTY ? bar(output) : plainLines(output);
}

function bar(output: NodeJS.WriteStream): Progress {
  let current: SingleBar | undefined;
  let startedAtMs = 0, done = 0, total = 0;
  return {
    begin(what, count) {
      total = count;
      const format = `${what.padEnd(11)} {bar} {value}/{total} {rate}/s, {eta_formatted} left`;
      const options = { format, stream: output, barsize: 28, hideCursor: true, etaBuffer: 200 };
      current = new SingleBar(options, Presets.shades_classic);
      startedAtMs = performance.now();
      done = 0;
      current.start(total, 0, { rate: 0 });
    },
    step(count = 1) {
      done += count;
      if (done > total) current?.setTotal(total = done);
      current?.increment(count, { rate: rateOf(done, startedAtMs) });
    },
    end() {
      current?.stop();
    },
  };
}

const linePauseMs = 2_000;

/** Exported for its test. */
export function plainLines(output: ProgressOutput, nowMs = () => performance.now()): Progress {
  let what = "", total = 0, done = 0, startedAtMs = 0, lastLineAtMs = 0;
  const line = () => {
    const rate = rateOf(done, startedAtMs, nowMs());
    const left = rate === 0 ? "" : `, ${Math.ceil((total - done) / rate)} s left`;
    output.write(`${what}: ${done}/${total}, ${rate}/s${left}\n`);
    lastLineAtMs = nowMs();
  };
  return {
    begin(name, count) {
      [what, total, done] = [name, count, 0];
      startedAtMs = lastLineAtMs = nowMs();
    },
    step(count = 1) {
      done += count;
      total = Math.max(total, done);
      if (nowMs() - lastLineAtMs >= linePauseMs) line();
    },
    end: line,
  };
}

function rateOf(done: number, startedAtMs: number, nowMs = performance.now()): number {
  return Math.round(done / Math.max(0.001, (nowMs - startedAtMs) / 1000));
}
