import type { Broker } from "../../../streams/broker/broker.ts";
import { readMap } from "../../../streams/cluster/map_store.ts";
import { type Act, actLimits, readActs } from "../../../streams/operations/acts.ts";
import { systemRuntime } from "../../../streams/system_runtime.ts";
import { counted } from "../../cli/counted.ts";
import { minuteOf } from "../../cli/held_text.ts";
import { type HeldActor, heldActors, readHeld } from "../../operate/held.ts";
import { version } from "../../version.ts";
import { type Check, ok, type Said, warning } from "../finding.ts";
import { withLog } from "./log.ts";

const actorsToldMax = 5;

/** What somebody has switched on or paused, and may have forgotten; and what has stopped by itself. None of it fails the examination. */
export const heldCheck: Check = {
  name: "held back",
  msMax: 25_000,
  look: (setup) => withLog(setup, look),
};

async function look(broker: Broker): Promise<Said[]> {
  if (!await readMap(broker)) return []; // Told by the check of the log.
  const held = await readHeld(broker, systemRuntime(version)), actors = heldActors(held);
  const acts = actors.some(({ because }) => because === "paused")
    ? await readActs(broker, actLimits.listedMax)
    : [];
  const said = [
    ...[...held.switches].map(([name, { by, why, atMs }]) =>
      warning(`${switchText(name)} since ${minuteOf(atMs)}, by ${by}: ${why}`, `${endOf(name)} ends it.`)
    ),
    ...actors.slice(0, actorsToldMax).map((one) => actorSaid(one, acts)),
  ];
  const more = actors.length - actorsToldMax;
  if (more > 0) {
    said.push(warning(`${counted(more, "more actor")} held back`, "npx waybill inspect lists all."));
  }
  return said.length > 0 ? said : [ok("nothing is paused, stopped or read-only")];
}

const yes = '--yes --why "…"';

function switchText(name: string): string {
  if (name === "read-only") return "read-only is on, and refuses every change,";
  return `${targetOf(name)} is paused`;
}

const endOf = (name: string) =>
  name === "read-only" ? `npx waybill read-only off ${yes}` : `npx waybill resume ${targetOf(name)} ${yes}`;
/** `partition-3` is `partition:3` at the command line. */
const targetOf = (name: string) => name.replace("-", ":");

function actorSaid({ actor, because, stopped, waiting }: HeldActor, acts: readonly Act[]): Said {
  const waits = waiting.length === 0
    ? ""
    : `; ${counted(waiting.length, "message waits", "messages wait")} for it`;
  if (because === "stopped" && stopped) {
    return warning(
      `${actor} has stopped: it could not decide ${stopped.message}: ${stopped.error}${waits}`,
      `npx waybill dead-letters show undecided/${actor} says more.`,
    );
  }
  const act = acts.find(({ does, to, state }) => does === "pause" && to === actor && state === "done");
  const by = act ? ` since ${minuteOf(act.atMs)}, by ${act.by}: ${act.why}` : "";
  return warning(`${actor} is paused${by}${waits}`, `npx waybill resume ${actor} ${yes} ends it.`);
}
