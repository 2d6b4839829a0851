import type { Progress } from "../cli/progress.ts";

export interface InOrder {
  /** How many are on their way at once. */
  readonly concurrency: number;
  readonly progress: Progress;
}

/** Runs `work` over all items, started in their order, `concurrency` of them at a time. The first failure stops all. */
export async function eachInOrder<T>(
  { concurrency, progress }: InOrder,
  what: string,
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0, failed = false;
  const worker = async () => {
    while (next < items.length && !failed) {
      try {
        await work(items[next++]!);
      } catch (error) {
        failed = true;
        throw error;
      }
      progress.step();
    }
  };
  if (items.length === 0) return;
  progress.begin(what, items.length);
  try {
    await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker));
  } finally {
    progress.end();
  }
}
