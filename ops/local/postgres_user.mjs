// @ts-check
import { spawnSync } from "node:child_process";
import { Unusable } from "./unusable.mjs";

/**
 * @typedef {{ uid: number, gid: number, prefix: string[] }} PostgresUser
 * whose files the cluster's are, and the command that turns into that user
 */

const nobody = 65534;

/** @type {PostgresUser[]} */
const usersForRoot = [
  {
    uid: nobody,
    gid: nobody,
    prefix: ["setpriv", "--reuid", String(nobody), "--regid", String(nobody), "--clear-groups", "--"],
  },
  // Root under another name: it still reaches root's own folders, but has no privilege beyond them.
  { uid: 0, gid: 0, prefix: ["unshare", "--user", `--map-user=${nobody}`, `--map-group=${nobody}`, "--"] },
];

/**
 * Postgres refuses to run as root. So root runs it as the user nobody; and where that user cannot reach the files
 * (a clone under /root), in a user namespace in which root is called nobody. Undefined: as ourselves.
 * @param {{ postgres: string, folder: string }} files
 * @returns {PostgresUser | undefined}
 */
export function postgresUser({ postgres, folder }) {
  if (process.getuid?.() !== 0) return undefined;
  const user = usersForRoot.find(({ prefix }) =>
    succeeds([...prefix, postgres, "--version"]) && succeeds([...prefix, "test", "-x", folder])
  );
  if (user !== undefined) return user;
  throw new Unusable(
    `Cannot start Postgres as root: the user nobody (${nobody}) cannot reach ${folder} and ${postgres}; ` +
      "move the project and WAYBILL_DATA out of root's home, or start as an ordinary user",
  );
}

/** @param {string[]} command */
function succeeds([command = "", ...args]) {
  return spawnSync(command, args, { stdio: "ignore" }).status === 0;
}
