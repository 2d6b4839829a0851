import { afterEach, expect, test, vi } from "vitest";
import { buy, receive } from "../../actors/town/citizens.ts";
import type { Broker, Reader, Stored } from "../broker/broker.ts";
import { streamNames, subjects } from "../record.ts";
import { ClusterKit } from "../testing/cluster_kit.ts";

let kit: ClusterKit;
afterEach(() => kit.end());

/** Each message comes so late, or with the one before it. */
const late = (reader: Reader, lateMs: number): Reader => ({
  stop: () => reader.stop(),
  async *[Symbol.asyncIterator](): AsyncGenerator<Stored> {
    for await (const stored of reader) {
      await new Promise((done) => setTimeout(done, Math.max(0, stored.storedAtMs + lateMs - Date.now())));
      yield stored;
    }
  },
});

test(
  "a host that hears late of its own claims gives a lost log up all the same, and claims no more often",
  async () => {
    kit = await new ClusterKit().open(1);
    const first = kit.start("first");
    await kit.told(receive("PO-1", [["A", 5]]));
    await kit.told(buy(1, [["A", 1]]));
    await first.kill();
    kit.server.stream(streamNames.commands).loseTail(0);
    let claims = 0;
    const disturb = (broker: Broker): Partial<Broker> => ({
      read: (stream, options) => {
        const reader = broker.read(stream, options);
        return stream === streamNames.registry ? late(reader, 1_500) : reader;
      },
      publish: async (subject, payload, options) => {
        if (subject === "registry.cluster.lease.0") claims += 1;
        await new Promise((done) => setTimeout(done, 1)); // A round trip: otherwise nothing else would be done.
        return await broker.publish(subject, payload, options);
      },
    });
    kit.start("second", { disturb });
    await vi.waitFor(() => expect(kit.observed).toContain("second stopped 0: log.lost"), {
      interval: 50,
    });
    expect(claims).toBeLessThan(20);
    expect(kit.server.stream(streamNames.events).last(subjects.events(0))?.sequence).toBe(2);
  },
);
