import { spawnSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";

/** A small disk for one NATS node's store, which can be filled. */
export interface Disk {
  fill(): void;
  free(): void;
  /** Lets go of it; `keepIn`: with a copy of what it holds. */
  remove(keepIn?: string): void;
}

const ballastName = "ballast";
const chunk = new Uint8Array(1024 * 1024);

/** Undefined where the user may not mount one. */
export function mountDisk(folder: string, mebibytes: number): Disk | undefined {
  mkdirSync(folder, { recursive: true });
  const size = `size=${mebibytes}m,mode=0700`;
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", size, "tmpfs", folder], { stdio: "ignore" });
  if (mounted.status !== 0) return undefined;
  const ballast = join(folder, ballastName);
  return {
    fill: () => fillUp(ballast),
    free: () => rmSync(ballast, { force: true }),
    remove: (keepIn) => {
      rmSync(ballast, { force: true });
      if (keepIn !== undefined) spawnSync("cp", ["-a", folder, keepIn], { stdio: "ignore" });
      unmount(folder);
    },
  };
}

function fillUp(path: string): void {
  const file = openSync(path, "a");
  try {
    for (let bytes = chunk.length; bytes >= 4096;) {
      try {
        if (writeSync(file, chunk, 0, bytes) < bytes) bytes /= 2;
      } catch (error) {
        if (!(error instanceof Error && /ENOSPC|no space/i.test(error.message))) throw error;
        bytes /= 2;
      }
    }
  } finally {
    closeSync(file);
  }
}

/** Lets go of disks that a run which was killed has left below this folder. */
export function unmountBelow(folder: string): void {
  for (const line of readIfThere("/proc/mounts").split("\n")) {
    const [, path = ""] = line.split(" ");
    if (path.startsWith(`${folder}/`)) unmount(path);
  }
}

function unmount(folder: string): void {
  if (spawnSync("umount", [folder], { stdio: "ignore" }).status === 0) return;
  spawnSync("umount", ["--lazy", folder], { stdio: "ignore" });
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // Not Linux: nothing was mounted either.
  }
}
