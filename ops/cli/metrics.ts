import type { Command } from "commander";
import { catalogue, catalogueText } from "../telemetry/catalogue.ts";

/** `waybill metrics`: what `/metrics` may tell. */
export function registerMetrics(program: Command, print: (text: string) => void = console.log): void {
  program.command("metrics")
    .description("print the catalogue of all metrics, in Markdown: name, kind, unit, meaning, labels")
    .option("--json", "print a JSON array")
    .action(({ json }: { readonly json?: boolean }) =>
      print(json ? JSON.stringify(catalogue()) : catalogueText().trimEnd())
    );
}
