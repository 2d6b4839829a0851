import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { Place, PlacedFile } from "./place.ts";

/** Backups in a folder of this machine, or of a disk that is mounted here. Personal data lies there: nobody else may read it. */
export function folderPlace(folder: string): Place {
  const root = resolve(folder);
  const pathOf = (path: string) => join(root, ...path.split("/"));
  const list = async (below: string) => {
    const names = await orUndefined(readdir(pathOf(below), { recursive: true, withFileTypes: true }));
    const files = (names ?? []).filter((entry) => entry.isFile());
    return files.map(({ parentPath, name }) => join(parentPath, name).slice(root.length + 1)).sort();
  };
  return {
    name: folder,
    read: async (path) => {
      const content = await orUndefined(readFile(pathOf(path)));
      return content && new Uint8Array(content.buffer, content.byteOffset, content.byteLength);
    },
    has: async (path) => await orUndefined(stat(pathOf(path))) !== undefined,
    write: async (path, content) => {
      const to = pathOf(path), begun = join(root, `.begun-${randomUUID()}`);
      await mkdir(dirname(to), { recursive: true, mode: 0o700 });
      const file = await open(begun, "w", 0o600);
      try {
        await file.writeFile(content);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(begun, to);
    },
    list,
    files: async (below) => {
      const files: PlacedFile[] = [];
      for (const path of await list(below)) {
        const found = await orUndefined(stat(pathOf(path)));
        if (found) files.push({ path, bytes: found.size, writtenAtMs: found.mtimeMs });
      }
      return files;
    },
    remove: (path) => rm(pathOf(path), { force: true }),
  };
}

async function orUndefined<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
