import { execFileSync } from "node:child_process";
import process from "node:process";
import { expect, test } from "vitest";
import { denoBinary, denoEnvironment } from "../local/deno.mjs";
import { runSeed } from "./run_seed.ts";

const seeds = [1, 2, 3];
const script = "ops/simulation/print_hashes.ts";

function onTheOther(): string {
  const args = seeds.map(String), env = { ...process.env, ...denoEnvironment(), VITEST: "" };
  if ("Deno" in globalThis) {
    return execFileSync("node", ["--import", "./ops/bench/on_node.mjs", script, ...args], {
      encoding: "utf8",
    });
  }
  return execFileSync(denoBinary(), ["run", "-A", script, ...args], { encoding: "utf8", env });
}

test("the same seed is the same story, twice here and once more on the other runtime", async () => {
  const told: string[] = [];
  for (const seed of seeds) {
    const first = await runSeed({ seed, steps: 600 }), second = await runSeed({ seed, steps: 600 });
    expect(second.hash).toBe(first.hash);
    told.push(`${seed} ${first.hash}`);
  }
  expect(onTheOther().trim().split("\n")).toEqual(told);
});
