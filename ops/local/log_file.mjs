// @ts-check
import { createWriteStream, existsSync, mkdirSync, renameSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** @typedef {{ write: (line: string) => void, close: () => Promise<void> }} LogFile */

const logBytesMax = 10 * 1024 * 1024;

/**
 * Appends lines to a file, which may grow to 10 MiB; the one before it is kept as `.1`.
 * @param {string} path
 * @returns {LogFile}
 */
export function openLogFile(path) {
  mkdirSync(dirname(path), { recursive: true });
  let sizeBytes = existsSync(path) ? statSync(path).size : 0;
  let stream = openStream(path);
  return {
    write(line) {
      if (sizeBytes > logBytesMax) {
        stream.end();
        renameSync(path, `${path}.1`);
        stream = openStream(path);
        sizeBytes = 0;
      }
      sizeBytes += Buffer.byteLength(line) + 1;
      stream.write(line + "\n");
    },
    close: () => new Promise((resolve) => stream.end(resolve)),
  };
}

/** @param {string} path */
function openStream(path) {
  const stream = createWriteStream(path, { flags: "a", mode: 0o600 });
  // A full disk must not end the launcher: what runs goes on, only its log has a hole.
  stream.on("error", (error) => process.stderr.write(`Cannot write ${path}: ${error.message}\n`));
  return stream;
}
