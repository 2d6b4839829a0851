import { accessSync, constants, mkdirSync, statSync } from "node:fs";
import { exitCodes, Failure } from "./failure.ts";

/** Refuses a folder that is to be read and is not there; `does` completes "Cannot". */
export function expectFolder(does: string, folder: string): void {
  if (statOf(does, folder).isDirectory()) return;
  throw misused(`Cannot ${does}: ${folder} is a file, not a folder`);
}

export function expectFile(does: string, file: string): void {
  if (!statOf(does, file).isDirectory()) return;
  throw misused(`Cannot ${does}: ${file} is a folder, not a file`);
}

/** Makes a folder that is to be written, before long work is done for it. */
export function makeFolder(does: string, folder: string, options: { readonly mode?: number } = {}): void {
  try {
    mkdirSync(folder, { recursive: true, ...options });
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw misused(`Cannot ${does}: ${folder} cannot be written: ${whyNot(error)}`, error);
  }
}

function statOf(does: string, path: string) {
  try {
    return statSync(path);
  } catch (error) {
    throw misused(`Cannot ${does}: ${path} cannot be read: ${whyNot(error)}`, error);
  }
}

const misused = (message: string, cause?: unknown) =>
  new Failure(message, { exitCode: exitCodes.misused, cause });

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder",
  EEXIST: "a file is there, not a folder",
  ENOTDIR: "a part of the path is a file, not a folder",
  EISDIR: "it is a folder, not a file",
  EACCES: "this user may not",
  EPERM: "this user may not",
  EROFS: "its file system can only be read",
  ENOSPC: "no space is left there",
  ENAMETOOLONG: "the name is too long",
};
/** What the runtime says of a path that the launcher did not open to this process, or that it opens to none. */
const notGiven = /^Requires \w+ access to "?(.+?)"?, run again with/;

/** Why a path could not be used, without what only the runtime's own users understand. */
export function whyNot(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (notGiven.test(error.message)) {
    return "a command may use only what it names, and nothing of the system itself";
  }
  return reasons[codeOf(error)] ?? error.message;
}

/** One line for an error of a path that nobody has put into words; undefined of any other error. */
export function lineOfPath(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const [, denied] = notGiven.exec(error.message) ?? [];
  const path = denied ?? ("path" in error && reasons[codeOf(error)] !== undefined ? error.path : undefined);
  return typeof path === "string" ? `Cannot use ${path}: ${whyNot(error)}` : undefined;
}

const codeOf = (error: Error): string => "code" in error ? String(error.code) : "";
