import { backupCheck } from "./checks/backup.ts";
import { carrierCheck } from "./checks/carriers.ts";
import { configurationCheck } from "./checks/configuration.ts";
import { databaseCheck } from "./checks/database.ts";
import { diskCheck } from "./checks/disk.ts";
import { edgeCheck } from "./checks/edge.ts";
import { heldCheck } from "./checks/held.ts";
import { logCheck } from "./checks/log.ts";
import { natsCheck } from "./checks/nats.ts";
import { publicUrlCheck } from "./checks/public_url.ts";
import { readersCheck } from "./checks/readers.ts";
import { secretCheck } from "./checks/secret.ts";
import { versionsCheck } from "./checks/versions.ts";
import { type Check, type Finding, reasonOf, type Said, type Setup, warning, wrong } from "./finding.ts";

/** In the order in which one would look oneself: what an earlier one finds often explains the later ones. */
export const checks: readonly Check[] = [
  versionsCheck,
  configurationCheck,
  carrierCheck,
  diskCheck,
  natsCheck,
  logCheck,
  secretCheck,
  heldCheck,
  backupCheck,
  databaseCheck,
  readersCheck,
  edgeCheck,
  publicUrlCheck,
];

/** Looks at everything at once. No check can stop another, or take longer than it may. */
export async function examine(setup: Setup, wanted: readonly Check[] = checks): Promise<readonly Finding[]> {
  const all = await Promise.all(wanted.map(async (check) => {
    const found = await within(check, setup);
    return found.map((said) => ({ check: check.name, ...said }));
  }));
  return all.flat();
}

async function within({ msMax, look }: Check, setup: Setup): Promise<readonly Said[]> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<readonly Said[]>((resolve) => {
    const advice = "See whether the machine or the network is overloaded, and ask again.";
    const said = warning(`it took longer than ${msMax / 1_000} s to find out`, advice);
    timer = setTimeout(() => resolve([said]), msMax);
  });
  const looking = look(setup).catch((error: unknown) => [
    wrong(reasonOf(error), "This is a defect of the check: please report it."),
  ]);
  try {
    return await Promise.race([looking, late]);
  } finally {
    clearTimeout(timer);
  }
}
