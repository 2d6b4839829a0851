import process from "node:process";
import { runSeed } from "./run_seed.ts";

// Prints the trace hash of each seed that is named: what one runtime says is compared with what another says.
for (const seed of process.argv.slice(2)) {
  const { hash } = await runSeed({ seed: Number(seed), steps: 600 });
  console.log(`${seed} ${hash}`);
}
