import type { Broker } from "../../streams/broker/broker.ts";
import { streamNames } from "../../streams/record.ts";
import { Failure } from "../cli/failure.ts";

/** What is being restored here, or was. */
export interface RestoreMark {
  /** The backup's id. */
  readonly backup: string;
  /** The sequence of EVENTS that it was cut at. */
  readonly cut: number;
  /** How series go on: as the command line said. */
  readonly series: string;
  readonly state: "begun" | "done";
}

const subject = "registry.restore.state", ackMsMax = 5_000, triesMax = 5;

/** Undefined in a system that was never restored. */
export async function readRestore(broker: Broker): Promise<RestoreMark | undefined> {
  const stored = await broker.last(streamNames.registry, subject);
  return stored && JSON.parse(new TextDecoder().decode(stored.payload)) as RestoreMark;
}

export async function writeRestore(broker: Broker, mark: RestoreMark): Promise<void> {
  const payload = new TextEncoder().encode(JSON.stringify(mark));
  for (let tries = 0; tries < triesMax; tries++) {
    const outcome = await broker.publish(subject, payload, { ackMsMax });
    if (outcome.kind === "stored") return;
  }
  throw new Failure("Cannot restore: the registry does not answer; run the same command again");
}

/** Nothing may run on half a log. */
export async function expectRestored(broker: Broker): Promise<void> {
  const mark = await readRestore(broker);
  if (mark?.state !== "begun") return;
  throw new Failure(
    `Cannot run: a restore of backup ${mark.backup} was begun here and has not ended; run it again, and it goes on`,
  );
}
