import type { Broker, PublishOutcome } from "../broker/broker.ts";
import type { Runtime, Timer } from "../runtime.ts";

/** One thing on its way into the log, together with others. */
export interface Packable {
  /** As it stands in the pack. */
  readonly json: string;
  readonly bytes: number;
  /** False: nobody waits for it any more and it has not been sent, so it need not be. */
  wanted(): boolean;
  sent(): void;
  done(outcome: PublishOutcome): void;
}

export interface PackLimits {
  readonly packBytesMax: number;
  readonly packCountMax: number;
  /** One at a time lets the next pack fill up meanwhile; two keep the server busy between an ack and the next publish. */
  readonly publishesInFlightMax: number;
  /**
   * After a pack of several, the next one waits until as many have come, though for no more than `gatherCountMax` and no longer than
   * `gatherMs`: under load they come at once, and a pack of one costs the server and the host as much as one of many.
   */
  readonly gatherCountMax: number;
  readonly gatherMs: number;
  readonly ackMsMax: number;
}

export interface Published {
  readonly count: number;
  readonly bytes: number;
  readonly outcome: PublishOutcome["kind"];
  readonly tookMs: number;
}

const encoder = new TextEncoder();

/** The way to one subject: what arrives while its publish is in flight shares the next message. */
export interface Lane {
  add(one: Packable): void;
  /** To be called now and then: forgets what nobody waits for any more, and sends the rest if that is possible again. */
  tend(): void;
}

export function createLane(options: {
  readonly broker: Broker;
  readonly subject: string;
  /** What a pack is called in its JSON: `{"format":1,"<name>":[…]}`. */
  readonly packName: "commands" | "callbacks";
  readonly limits: PackLimits;
  readonly runtime: Pick<Runtime, "elapsedMs" | "after">;
  readonly published?: (event: Published) => void;
}): Lane {
  const { broker, subject, packName, limits, runtime, published } = options;
  let queue: Packable[] = [];
  let inFlight = 0;
  let packedLast = 0;
  let gathering: Timer | undefined;

  const takePack = (): Packable[] => {
    let bytes = 0;
    let count = 0;
    for (const one of queue) {
      const full = count >= limits.packCountMax || bytes + one.bytes > limits.packBytesMax;
      if (full && count > 0) break;
      bytes += one.bytes + 1;
      count++;
    }
    const pack = queue.slice(0, count);
    queue = queue.slice(count);
    return pack.filter((one) => one.wanted());
  };

  const publish = async (pack: readonly Packable[]) => {
    for (const one of pack) one.sent();
    const payload = encoder.encode(`{"format":1,"${packName}":[${pack.map(({ json }) => json).join(",")}]}`);
    const startedMs = runtime.elapsedMs();
    inFlight++;
    packedLast = pack.length;
    const outcome = await broker.publish(subject, payload, { ackMsMax: limits.ackMsMax });
    inFlight--;
    for (const one of pack) one.done(outcome);
    const tookMs = runtime.elapsedMs() - startedMs;
    published?.({ count: pack.length, bytes: payload.length, outcome: outcome.kind, tookMs });
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
      if (queue.length > 0) queue = queue.filter((one) => one.wanted());
      flush();
    },
    add: (one) => {
      queue.push(one);
      if (queue.length >= Math.min(packedLast, limits.gatherCountMax)) return flush();
      gathering ??= runtime.after(limits.gatherMs, () => {
        gathering = undefined;
        flush();
      });
    },
  };
}
