import process from "node:process";
import type { Command } from "commander";
import { exitCodes, Failure } from "../cli/failure.ts";
import { ownConfig } from "../cli/find_system.ts";
import { createLogger } from "../logging.ts";
import { type Role, roles, runRoles } from "./roles.ts";

/** `waybill run edge,host`: parts of the system in this process, until SIGTERM or SIGINT. */
export function registerRun(program: Command): void {
  program.command("run <roles>")
    .description(`run parts of the system in this process: ${roles.join(", ")}, or all (separated by commas)`)
    .action(async (text: string) => {
      const chosen = chosenRoles(text);
      const config = ownConfig();
      const log = createLogger({ level: config.logLevel, role: chosen.join(",") });
      const stopping = new AbortController();
      for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => stopping.abort());
      await runRoles(chosen, config, log, stopping.signal);
      process.exit(exitCodes.ok); // Nothing is left to wait for; idle sockets must not keep the process.
    });
}

function chosenRoles(text: string): Role[] {
  const named = text === "all" ? [...roles] : text.split(",").map((name) => name.trim());
  const unknown = named.find((name) => !roles.some((role) => role === name));
  if (unknown !== undefined) {
    throw new Failure(`Cannot run "${unknown}": the roles are ${roles.join(", ")} and all`, {
      exitCode: exitCodes.misused,
    });
  }
  return roles.filter((role) => named.includes(role));
}
