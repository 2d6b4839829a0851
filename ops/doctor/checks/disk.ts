import { statfs } from "node:fs/promises";
import { resolve } from "node:path";
import { type Check, ok, reasonOf, type Said, warning, wrong } from "../finding.ts";

const gibibyte = 1024 ** 3;
/** Below the first nobody should go on; the second is a working day of a busy shop. */
const limits = { wrongBytes: 1 * gibibyte, warningBytes: 10 * gibibyte };

/** Room for what `npm start` keeps; a cluster's own disks are looked at where they are. */
export const diskCheck: Check = {
  name: "disk",
  msMax: 10_000,
  look: async ({ config, system }) => {
    if (
      config.natsUrl !== undefined && system?.natsUrl !== undefined && !config.natsUrl.includes("127.0.0.1")
    ) {
      return [ok("the log is elsewhere: watch the disks of its NATS servers")];
    }
    return [await room(resolve(config.dataDir))];
  },
};

async function room(folder: string): Promise<Said> {
  let stats: Awaited<ReturnType<typeof statfs>>;
  try {
    stats = await statfs(folder);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      return ok(`nothing is kept at ${folder} yet`);
    }
    return warning(
      `the disk of ${folder} does not say how full it is: ${reasonOf(error)}`,
      "Look at it with df.",
    );
  }
  const free = stats.bavail * stats.bsize;
  const says = `${(free / gibibyte).toFixed(1)} GiB are free at ${folder}`;
  const advice = "Make room: a full disk stops orders, and nats-server has to be started again after it.";
  if (free < limits.wrongBytes) return wrong(says, advice);
  return free < limits.warningBytes ? warning(says, advice) : ok(says);
}
