// @ts-check
import { readdirSync } from "node:fs";

const rooms = ["actors", "streams", "projections", "http", "ops"];

/** Every source file of the project, as paths from its top, where the checks are run. */
export function sourceFiles() {
  return rooms.flatMap((room) =>
    readdirSync(room, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(ts|tsx|mjs)$/.test(entry.name))
      .map((entry) => `${entry.parentPath ?? entry.path}/${entry.name}`)
  ).sort();
}
