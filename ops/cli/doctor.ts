import type { Command } from "commander";
import process from "node:process";
import { examine } from "../doctor/doctor.ts";
import { setupOf } from "../doctor/setup.ts";
import { findingsText } from "../doctor/text.ts";
import { exitCodes } from "./failure.ts";

/** `waybill doctor`: what is wrong with a setup; it changes nothing. */
export function registerDoctor(program: Command, print: (text: string) => void = console.log): void {
  program.command("doctor")
    .description(
      "look at the whole setup, say what is wrong with it and what to do; exits with 1 if anything is",
    )
    .option("--json", "print one JSON object: {verdict, findings: [{check, verdict, says, advice}]}")
    .action(async ({ json }: { readonly json?: boolean }) => {
      const findings = await examine(setupOf(process.env));
      const worst = (["wrong", "warning"] as const).find((one) =>
        findings.some(({ verdict }) => verdict === one)
      );
      print(json ? JSON.stringify({ verdict: worst ?? "ok", findings }) : findingsText(findings));
      if (worst === "wrong") process.exitCode = exitCodes.failed;
    });
}
