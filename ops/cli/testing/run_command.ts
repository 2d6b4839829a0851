import { Command } from "commander";
import process from "node:process";

export interface Ran {
  readonly text: string;
  readonly exitCode: number;
}

/** Runs one command in this process, as the command line would, against the system that the environment names. */
export async function runCommand(
  register: (program: Command, print: (text: string) => void) => void,
  ...args: readonly string[]
): Promise<Ran> {
  const printed: string[] = [], program = new Command().exitOverride();
  register(program, (text) => void printed.push(text));
  const before = process.exitCode;
  process.exitCode = undefined;
  try {
    await program.parseAsync(args, { from: "user" });
    return { text: printed.join("\n"), exitCode: Number(process.exitCode ?? 0) };
  } finally {
    process.exitCode = before;
  }
}
