import type { Command } from "commander";
import { asyncApi } from "../schema/asyncapi.ts";
import { version } from "../version.ts";

/** `waybill schema`: the AsyncAPI document of every command and event. */
export function registerSchema(program: Command): void {
  program.command("schema")
    .description("print the AsyncAPI 3.0 document of every command and event")
    .option("--asyncapi", "as AsyncAPI 3.0 in JSON (the only format there is)")
    .action(() => console.log(JSON.stringify(asyncApi(version), null, 2)));
}
