import type { Broker, PublishOutcome } from "../broker/broker.ts";
import { subjects } from "../record.ts";
import type { Runtime, Timer } from "../runtime.ts";

/** One command on its way into COMMANDS. */
export interface Packable {
  /** The `PackedCommand` as JSON. */
  readonly json: string;
  readonly bytes: number;
  /** False: nobody waits for it any more and it has not been sent, so it need not be. */
  wanted(): boolean;
  sent(): void;
  done(outcome: PublishOutcome): void;
}

export interface PackLimits {
  readonly packBytesMax: number;
  readonly packCommandsMax: number;
  /** One at a time lets the next pack fill up meanwhile; two keep the server busy between an ack and the next publish. */
  readonly publishesInFlightMax: number;
  /**
   * After a pack of several, the next one waits until as many have come, though for no more than `gatherCommandsMax` and no longer than
   * `gatherMs`: under load they come at once, and a pack of one costs the server and the host as much as one of many.
   */
  readonly gatherCommandsMax: number;
  readonly gatherMs: number;
  readonly ackMsMax: number;
}

export interface Published {
  readonly partition: number;
  readonly commands: number;
  readonly bytes: number;
  readonly outcome: PublishOutcome["kind"];
  readonly tookMs: number;
}

const encoder = new TextEncoder();

/** The way into one partition: what arrives while its publish is in flight shares the next message. */
export interface Lane {
  add(command: Packable): void;
  /** To be called now and then: forgets what nobody waits for any more, and sends the rest if that is possible again. */
  tend(): void;
}

export function createLane(options: {
  readonly broker: Broker;
  readonly partition: number;
  readonly limits: PackLimits;
  readonly runtime: Pick<Runtime, "elapsedMs" | "after">;
  readonly published?: (event: Published) => void;
}): Lane {
  const { broker, partition, limits, runtime, published } = options;
  const subject = subjects.commands(partition);
  let queue: Packable[] = [];
  let inFlight = 0;
  let packedLast = 0;
  let gathering: Timer | undefined;

  const takePack = (): Packable[] => {
    let bytes = 0;
    let count = 0;
    for (const command of queue) {
      const full = count >= limits.packCommandsMax || bytes + command.bytes > limits.packBytesMax;
      if (full && count > 0) break;
      bytes += command.bytes + 1;
      count++;
    }
    const pack = queue.slice(0, count);
    queue = queue.slice(count);
    return pack.filter((command) => command.wanted());
  };

  const publish = async (pack: readonly Packable[]) => {
    for (const command of pack) command.sent();
    const payload = encoder.encode(`{"format":1,"commands":[${pack.map(({ json }) => json).join(",")}]}`);
    const startedMs = runtime.elapsedMs();
    inFlight++;
    packedLast = pack.length;
    const outcome = await broker.publish(subject, payload, { ackMsMax: limits.ackMsMax });
    inFlight--;
    for (const command of pack) command.done(outcome);
    const tookMs = runtime.elapsedMs() - startedMs;
    published?.({ partition, commands: pack.length, bytes: payload.length, outcome: outcome.kind, tookMs });
    flush();
  };

  const flush = () => {
    // Without a connection it waits here, where it is certain that it has not been sent.
    while (broker.connected() && queue.length > 0 && inFlight < limits.publishesInFlightMax) {
      const pack = takePack();
      if (pack.length > 0) void publish(pack);
    }
  };
  return {
    tend: () => {
      if (queue.length > 0) queue = queue.filter((command) => command.wanted());
      flush();
    },
    add: (command) => {
      queue.push(command);
      if (queue.length >= Math.min(packedLast, limits.gatherCommandsMax)) return flush();
      gathering ??= runtime.after(limits.gatherMs, () => {
        gathering = undefined;
        flush();
      });
    },
  };
}
