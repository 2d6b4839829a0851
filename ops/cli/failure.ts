/** What a command has to say when it cannot do its work: one line for the user, and the code that the process ends with. */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly exitCode: number;
  constructor(message: string, options: { readonly exitCode?: number; readonly cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.exitCode = options.exitCode ?? exitCodes.failed;
  }
}

export const exitCodes = { ok: 0, failed: 1, misused: 2 } as const;

/** What the user reads of anything that was thrown: no stack. */
export function lineOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.trim() || "Cannot go on: an error without a message";
}

/** An error may say which code it deserves, as `Failure` does. */
export function exitCodeOf(error: unknown): number {
  const hasCode = error instanceof Error && "exitCode" in error && typeof error.exitCode === "number";
  return hasCode ? Number(error.exitCode) : exitCodes.failed;
}
