import type { ActorId } from "../../actors/ids.ts";
import type { Broker } from "../../streams/broker/broker.ts";
import type { Dead } from "../../streams/record.ts";
import type { Runtime } from "../../streams/runtime.ts";
import { type DeadLetter, type DeadLetterSource, idOf, type Operator } from "./dead_letters.ts";
import { heldActors, isIntake, readHeld } from "./held.ts";
import { operate } from "./operator.ts";

const name = "undecided";

/** Commands and messages that an actor could not decide because of a defect: it stands still until somebody retries or drops them. */
export function undecided(
  broker: Broker,
  runtime: Pick<Runtime, "nowMs" | "elapsedMs" | "after" | "newId" | "sleep">,
): DeadLetterSource {
  const retryOrDrop = async (does: "retry" | "drop", key: string, act: Operator) => {
    const dead = await deadOf(broker, runtime, key as ActorId);
    const cause = dead?.delivery.cause.id, target = key as ActorId;
    const { released } = await operate(broker, runtime, { does, target, ...act, ...(cause && { cause }) });
    await untilLetGo(broker, runtime, target);
    const still = await deadOf(broker, runtime, target);
    if (still) return `${key} stopped again: ${firstLine(still.error)}`;
    return does === "retry"
      ? `${key} decided it, and ${released - 1} that waited behind it`
      : `${key} goes on without it; ${released} that waited behind it were let go`;
  };
  return {
    name,
    list: async (limit) => {
      const stopped = heldActors(await readHeld(broker, runtime)).filter(({ because }) =>
        because === "stopped"
      );
      return stopped.slice(0, limit).map(({ actor, stopped, waiting }): DeadLetter => ({
        id: idOf(name, actor),
        what: isIntake(actor) ? "read a command in COMMANDS" : `decide ${stopped?.message} for ${actor}`,
        why: stopped?.error ?? "",
        waiting: waiting.length,
      }));
    },
    show: async (key) => {
      const held = await readHeld(broker, runtime, isIntake(key as ActorId) ? undefined : key as ActorId);
      const dead = held.partitions.flatMap(({ state }) => state.stopped.get(key as ActorId) ?? [])[0];
      const found = heldActors(held).find(({ actor, because }) => actor === key && because === "stopped");
      if (dead === undefined || found === undefined) return undefined;
      const { partition, waiting } = found, { actor, delivery, error, build } = dead;
      return { actor, partition, delivery, error, build, waiting };
    },
    retry: (key, act) => retryOrDrop("retry", key, act),
    drop: (key, act) => retryOrDrop("drop", key, act),
  };
}

async function deadOf(
  broker: Broker,
  runtime: Pick<Runtime, "newId">,
  actor: ActorId,
): Promise<Dead | undefined> {
  const { partitions } = await readHeld(broker, runtime, isIntake(actor) ? undefined : actor);
  return partitions.flatMap(({ state }) => state.stopped.get(actor) ?? [])[0];
}

const lookMs = 50, looksMax = 100;

/** What was let go is decided in the turns that follow; one that cannot be waited for is no failure. */
async function untilLetGo(
  broker: Broker,
  runtime: Pick<Runtime, "newId" | "sleep">,
  actor: ActorId,
): Promise<void> {
  for (let looks = 0; looks < looksMax; looks++) {
    const { partitions } = await readHeld(broker, runtime, isIntake(actor) ? undefined : actor);
    if (!partitions.some(({ state: { waiting } }) => waiting.some(({ to }) => to === actor))) return;
    await runtime.sleep(lookMs);
  }
}

const firstLine = (error: string) => error.split("\n")[0]!;
