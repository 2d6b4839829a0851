import type { Broker } from "../../../streams/broker/broker.ts";
import { streamNames } from "../../../streams/record.ts";
import { Failure } from "../../cli/failure.ts";
import { readRestore, type RestoreMark } from "../../run/unfinished_restore.ts";
import { counted } from "../../cli/counted.ts";

/** Streams that hold something in any system that was ever used; OPERATIONS tells of this restore already. */
const telling = [
  streamNames.events,
  streamNames.commands,
  streamNames.personal,
  streamNames.callbacks,
  streamNames.snapshots,
  streamNames.registry,
];

/** Refuses a system that holds anything but what the same restore put there before it was interrupted. */
export async function expectEmpty(broker: Broker, wanted: Omit<RestoreMark, "state">): Promise<void> {
  const begun = await readRestore(broker);
  const { backup, cut, series } = wanted;
  if (begun?.state === "begun") {
    if (begun.backup === backup && begun.cut === cut && begun.series === series) return;
    throw new Failure(
      `Cannot restore into this system: a restore of ${begun.backup} at ${begun.cut} was begun here; ` +
        `finish that one, or begin with an empty system`,
    );
  }
  const held: string[] = [];
  for (const name of telling) {
    const { messages } = await broker.info(name);
    if (messages > 0) held.push(`${counted(messages, "message")} in ${name}`);
  }
  if (held.length === 0) return;
  throw new Failure(`Cannot restore into this system: it is not empty (${held.join(", ")})`);
}
