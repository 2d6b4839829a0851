// @ts-check
// `npm test`: everything that must hold, step by step, and one last line with the sum.
//   --quick  what needs no server      --node  the tests alone, on Node      FILTER…  only test files like these
import process from "node:process";
import { fileURLToPath } from "node:url";

const projectFolder = fileURLToPath(new URL("../", import.meta.url));
process.chdir(projectFolder);
const { installMissing } = await import("./local/install.mjs");
const { Unusable } = await import("./local/unusable.mjs");
try {
  installMissing(projectFolder, (line) => console.log(line));
} catch (error) {
  if (!(error instanceof Unusable)) throw error;
  console.error(error.message);
  console.log("0 passed, 1 failed");
  process.exit(1);
}
const { runStep, sumOf, summaryLine } = await import("./checks/steps.mjs");
const { chosenSteps } = await import("./checks/suite.mjs");

const args = process.argv.slice(2);
const unknown = args.find((arg) => arg.startsWith("--") && !["--quick", "--node"].includes(arg));
if (unknown !== undefined) {
  console.error(`Cannot run the tests with ${unknown}: there are --quick and --node`);
  process.exit(2);
}
const quick = args.includes("--quick"), node = args.includes("--node"), ci = Boolean(process.env["CI"]);
const steps = chosenSteps({
  quick,
  node,
  both: ci,
  filters: args.filter((arg) => !arg.startsWith("--")),
});
if (ci && !quick && !node) {
  const { chromium, installProgram, poppler } = await import("./local/test_programs.mjs");
  for (const program of [chromium, poppler]) {
    // Without it all other tests run all the same, and those that need it fail and say why.
    await installProgram(program, (line) => console.log(line)).catch((error) => {
      if (!(error instanceof Unusable)) throw error;
      console.error(error.message);
    });
  }
}
const results = [];
for (const step of steps) results.push(await runStep(step, (line) => console.log(line)));
const failures = results.flatMap((result) => result.failures);
// Once more, where whoever reads only the end finds it.
if (failures.length > 0) console.log(`\nWhat failed:\n${failures.join("\n")}\n`);
const sum = sumOf(results);
console.log(summaryLine(sum));
process.exitCode = sum.failed > 0 || sum.tests === 0 ? 1 : 0;
