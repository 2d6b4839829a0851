import { cp, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { projectFolder } from "../bench/child.ts";
import { Failure } from "../cli/failure.ts";

/** A line that stands once in a file of this project, and what a defective build has in its place. */
export interface Defect {
  readonly file: string;
  readonly line: string;
  readonly defective: string;
}

const copied = [
  ...["actors", "streams", "projections", "http", "ops"],
  ...["package.json", "package-lock.json", "deno.json", "tsconfig.json", "nats.conf"],
];
const linked = ["node_modules", ".waybill-cache"];

/** Another checkout of this project, with defects in it. */
export async function buildWith(folder: string, defects: readonly Defect[]): Promise<string> {
  for (const name of copied) await cp(join(projectFolder, name), join(folder, name), { recursive: true });
  for (const name of linked) await symlink(join(projectFolder, name), join(folder, name));
  for (const defect of defects) {
    const path = join(folder, defect.file);
    await writeFile(path, broken(await readFile(path, "utf8"), defect));
  }
  return folder;
}

/** The file's text with the defect in it; throws where the line is not there, or more than once. */
export function broken(text: string, { file, line, defective }: Defect): string {
  if (text.split(line).length === 2) return text.replace(line, () => defective);
  throw new Failure(`Cannot break ${file}: "${line.trim()}" does not stand there once`);
}
