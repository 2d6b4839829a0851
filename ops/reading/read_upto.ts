import { arrivals } from "../../streams/arrivals.ts";
import type { Broker, Stored } from "../../streams/broker/broker.ts";
import type { streamNames } from "../../streams/record.ts";

type StreamName = (typeof streamNames)[keyof typeof streamNames];

const idleMs = 500;
const batchLimits = { messagesMax: 500, bytesMax: 12 * 1024 * 1024 } as const;

const everything: { readonly [Name in StreamName]: string } = {
  COMMANDS: "commands.>",
  EVENTS: "events.>",
  SNAPSHOTS: ">",
  PERSONAL: "personal.>",
  REGISTRY: "registry.>",
  CALLBACKS: "callbacks.>",
  OPERATIONS: "operations.>",
};

/** What a stream holds from one sequence to another, also while messages between them are deleted; ends when no more can come. */
export async function* readUpto(
  broker: Broker,
  stream: StreamName,
  { from, until }: { readonly from: number; readonly until: number },
): AsyncGenerator<readonly Stored[]> {
  if (from > until) return;
  const reader = broker.read(stream, { fromSequence: from });
  const batches = arrivals(reader, batchLimits)[Symbol.asyncIterator]();
  let seen = from - 1, next = batches.next();
  try {
    while (seen < until) {
      const got = await orIdle(next);
      if (got === "idle") {
        const last = await broker.last(stream, everything[stream]);
        if (last === undefined || last.sequence <= seen) return; // What was to come is deleted.
        continue;
      }
      if (got.done === true) {
        throw new Error(`Cannot read ${stream} to ${until}: the reader ended at ${seen}`);
      }
      seen = got.value.at(-1)!.sequence;
      const wanted = got.value.filter(({ sequence }) => sequence <= until);
      if (wanted.length > 0) yield wanted;
      next = batches.next();
    }
  } finally {
    await reader.stop();
  }
}

function orIdle<T>(next: Promise<T>): Promise<T | "idle"> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve("idle"), idleMs);
    next.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
