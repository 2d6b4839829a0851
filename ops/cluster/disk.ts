import { spawnSync } from "node:child_process";

/**
 * Lets no file of that process grow any more (RLIMIT_FSIZE), which needs no rights and no disk of its own. To nats-server 2.15.1 EFBIG
 * and ENOSPC are the same, as was measured with both: a "critical write error", after which the stream acknowledges nothing, also
 * when there is room again, until the server is started again. Undefined, or why it cannot be done here.
 */
export function fillDiskOf(pid: number): string | undefined {
  const { error, status, stderr } = spawnSync("prlimit", ["--pid", String(pid), "--fsize=0:"], {
    encoding: "utf8",
  });
  if (error !== undefined) return `prlimit: ${error.message}`;
  return status === 0 ? undefined : stderr.trim();
}
