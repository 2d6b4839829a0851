import type { Broker } from "../../../streams/broker/broker.ts";
import { withCalls } from "../../../streams/broker/with_calls.ts";
import { mapSubject } from "../../../streams/cluster/map_store.ts";
import type { PartitionMap } from "../../../streams/partition_map.ts";
import { streamNames, type TurnRecord } from "../../../streams/record.ts";
import type { Sabotage } from "./sabotage.ts";

/** Nobody waits for what a partition that was split has not passed on. */
export const withoutPassingOn: Sabotage = { passingOnMs: 0 };

/** The child's timers take it that the partition that was split has nothing to pass on. */
export const withoutPassedOnTimers: Sabotage = {
  view: (broker) => {
    // Only timers ask for the end of a partition's commands, and then for its last record.
    let asked = "";
    return withCalls(broker, {
      last: (stream, subject) => {
        const pair = asked;
        asked = stream === streamNames.commands ? subject.replace("commands.", "events.") : "";
        return subject === pair ? Promise.resolve(undefined) : broker.last(stream, subject);
      },
    });
  },
};

/** Only who begins a split tells everyone of it; others are content to believe that it is done. */
export const withoutCompletion: Sabotage = {
  view: (broker) => {
    const begun = new Set<number>();
    let believed: Uint8Array | undefined;
    return withCalls(broker, {
      last: async (stream, subject) => {
        const stored = await broker.last(stream, subject);
        return stored && believed && subject === mapSubject ? { ...stored, payload: believed } : stored;
      },
      publish: (subject, payload, options): ReturnType<Broker["publish"]> => {
        const split = subject.startsWith("events.") ? decoded<TurnRecord>(payload).split : undefined;
        if (split) begun.add(split.child);
        if (subject !== mapSubject || begun.has(newestIn(payload))) {
          return broker.publish(subject, payload, options);
        }
        believed = payload;
        return Promise.resolve({ kind: "stored", sequence: 1 });
      },
    });
  },
};

const decoded = <T>(payload: Uint8Array) => JSON.parse(new TextDecoder().decode(payload)) as T;

/** The partition that a new map has and the one before does not. */
function newestIn(map: Uint8Array): number {
  return decoded<Pick<PartitionMap, "partitions">>(map).partitions.at(-1)!.partition;
}
