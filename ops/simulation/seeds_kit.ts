import { runSeed } from "./run_seed.ts";
import { failureLine } from "./report.ts";

/** Runs these worlds; what was broken in them, a line each. */
export async function failuresOf(from: number, to: number, steps = 2_000): Promise<string[]> {
  const failures: string[] = [];
  for (let seed = from; seed <= to; seed++) {
    const result = await runSeed({ seed, steps });
    if (result.failure) failures.push(failureLine(result));
  }
  return failures;
}
