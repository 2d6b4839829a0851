import type { Broker, PublishOutcome, Stored } from "../broker/broker.ts";
import { Fault } from "../faults.ts";
import type { Mark, TurnRecord } from "../record.ts";
import { streamNames, subjects } from "../record.ts";
import { decodeRecord } from "../record_text.ts";
import type { Runtime } from "../runtime.ts";

export const appendLimits = {
  /** How long one try waits for its ack. */
  ackMsMax: 2_000,
  /** How long a log that ends before what we know may be an outdated leader's. */
  outdatedMsMax: 5_000,
  pauseMs: 20,
  pauseMsMax: 1_000,
} as const;

type AppendableLog = Pick<Broker, "publish" | "at">;

export interface TurnToAppend {
  readonly partition: number;
  readonly turn: string;
  readonly bytes: Uint8Array;
  /** The partition's last record. */
  readonly head: Mark;
  /** The sequence of the last record on the partition's subject: what the append is conditional on. */
  readonly after: number;
  readonly headers?: ReadonlyMap<string, string>;
  /** Told how each try ended. */
  readonly tried?: (outcome: PublishOutcome["kind"]) => void;
}

export type Appended =
  | { readonly kind: "stored"; readonly sequence: number }
  /** Somebody else's record follows our head: what we decided never happened. */
  | { readonly kind: "fenced"; readonly sequence: number };

/**
 * Appends a turn record and does not return before it is certain whether it is in the log: the same bytes with the same expectation
 * are sent until there is an ack or a conflict, so that at most one copy can land (DESIGN 2, "Append outcomes"). Throws
 * `Fault("log.lost")` when the log ends before our head. `keepTrying` is asked between tries; when it says no, the turn stays in doubt
 * and the fault is `log.unavailable`.
 */
export async function appendTurn(
  broker: AppendableLog,
  runtime: Runtime,
  turn: TurnToAppend,
  keepTrying: () => boolean,
): Promise<Appended> {
  const subject = subjects.events(turn.partition);
  const options = {
    expectedLastSubjectSequence: turn.after,
    ackMsMax: appendLimits.ackMsMax,
    ...(turn.headers ? { headers: turn.headers } : {}),
  };
  let pauseMs: number = appendLimits.pauseMs, behindSinceMs: number | undefined;
  for (;;) {
    const outcome: PublishOutcome = await broker.publish(subject, turn.bytes, options);
    turn.tried?.(outcome.kind);
    if (outcome.kind === "stored") return outcome;
    if (outcome.kind === "conflict" && outcome.actual > turn.after) {
      return await settle(broker, runtime, turn, outcome.actual, keepTrying);
    }
    if (outcome.kind === "conflict") {
      behindSinceMs ??= runtime.nowMs();
      if (runtime.nowMs() - behindSinceMs > appendLimits.outdatedMsMax) throw lost(turn, outcome.actual);
    } else behindSinceMs = undefined;
    if (!keepTrying()) throw new Fault("log.unavailable", `Cannot append turn ${turn.turn}: ${outcome.kind}`);
    await runtime.sleep(pauseMs);
    pauseMs = Math.min(pauseMs * 2, appendLimits.pauseMsMax);
  }
}

/** Something follows our head. Ours, when an ack was lost; otherwise we are fenced. */
async function settle(
  broker: AppendableLog,
  runtime: Runtime,
  turn: TurnToAppend,
  actual: number,
  keepTrying: () => boolean,
): Promise<Appended> {
  let sequence = actual;
  while (sequence > turn.after && sequence !== turn.head.sequence) {
    const stored = await readUntilThere(broker, runtime, sequence, keepTrying);
    const record: TurnRecord = decodeRecord(stored);
    if (record.turn === turn.turn) return { kind: "stored", sequence };
    sequence = record.previous.sequence;
  }
  return { kind: "fenced", sequence: actual };
}

async function readUntilThere(
  broker: AppendableLog,
  runtime: Runtime,
  sequence: number,
  keepTrying: () => boolean,
): Promise<Stored> {
  for (
    let pauseMs: number = appendLimits.pauseMs;;
    pauseMs = Math.min(pauseMs * 2, appendLimits.pauseMsMax)
  ) {
    try {
      const stored = await broker.at(streamNames.events, sequence);
      if (stored) return stored;
    } catch (error) {
      if (!(error instanceof Fault && error.retry)) throw error;
    }
    if (!keepTrying()) {
      throw new Fault(
        "log.unavailable",
        `Cannot read turn record ${sequence}: not answered`,
      );
    }
    await runtime.sleep(pauseMs);
  }
}

function lost(turn: TurnToAppend, actual: number): Fault {
  return new Fault(
    "log.lost",
    `Cannot append to partition ${turn.partition}: its log ends at ${actual}, but record ${turn.after} was durable`,
  );
}
