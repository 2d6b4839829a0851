import { beforeEach, expect, test } from "vitest";
import type { Broker } from "../../../streams/broker/broker.ts";
import { MemoryServer } from "../../../streams/broker/memory.ts";
import type { PublishFault } from "../../../streams/broker/memory_options.ts";
import { withCalls } from "../../../streams/broker/with_calls.ts";
import { streamNames } from "../../../streams/record.ts";
import { ensureStreams } from "../../../streams/streams.ts";
import { type Outgoing, publishAll } from "./publish_all.ts";

const { events } = streamNames, records = 200, partitions = 3;
const encoder = new TextEncoder(), decoder = new TextDecoder();
let faults: Map<string, PublishFault>, server: MemoryServer, broker: Broker;

beforeEach(async () => {
  faults = new Map();
  const publishFault = (_: string, payload: Uint8Array) => {
    const text = decoder.decode(payload), fault = faults.get(text);
    faults.delete(text);
    return fault;
  };
  // Acks that are lost are given up at once, instead of after seconds.
  server = new MemoryServer({ publishFault, after: (_, run) => void setTimeout(run, 1) });
  broker = quick(server.connect());
  await ensureStreams(broker, 1);
});

const quick = (broker: Broker) =>
  withCalls(broker, {
    publish: (subject, payload, options) => broker.publish(subject, payload, { ...options, ackMsMax: 20 }),
  });

/** Records as a backup has them: with what their hosts expected of their partitions, and nobody else's. */
async function* kept(): AsyncGenerator<Outgoing> {
  for (let n = 1; n <= records; n++) {
    const expected = String(Math.max(0, n - partitions));
    const headers = new Map([["Nats-Expected-Last-Subject-Sequence", expected], ["Waybill-Trace", `t${n}`]]);
    yield await Promise.resolve({
      subject: `events.${n % partitions}`,
      payload: encoder.encode(String(n)),
      headers,
    });
  }
}

async function stored() {
  const found: (string | undefined)[] = [];
  for (let n = 1; n <= records; n++) {
    const message = await broker.at(events, n);
    found.push(message && `${message.subject} ${decoder.decode(message.payload)}`);
  }
  return found;
}
const wanted = Array.from({ length: records }, (_, i) => `events.${(i + 1) % partitions} ${i + 1}`);

test("what a lost node had on its way is sent again, and nothing has taken its place", async () => {
  faults = new Map([["5", "lose-message"], ["6", "lose-ack"], ["70", "lose-ack"], ["71", "lose-message"], [
    "200",
    "lose-message",
  ]]);
  expect(await publishAll(broker, kept(), { stream: events, at: 1 })).toBe(records);
  expect(await stored()).toEqual(wanted);
  expect(faults.size).toBe(0);
});

test("what was given up on and is stored late stands once, at its own place", async () => {
  faults = new Map([["64", "delay"], ["65", "delay"], ["199", "delay"]]);
  expect(await publishAll(broker, kept(), { stream: events, at: 1 })).toBe(records);
  expect(await stored()).toEqual(wanted);
  expect(await broker.info(events)).toMatchObject({ lastSequence: records });
});

test("headers come back, but not what hosts expected: several records of a partition are under way at once", async () => {
  await publishAll(broker, kept(), { stream: events, at: 1 });
  expect([...(await broker.at(events, 7))!.headers]).toEqual([["Waybill-Trace", "t7"]]);
});

test("what somebody else writes meanwhile ends it", async () => {
  const meddled = withCalls(broker, {
    publish: async (subject, payload, options) => {
      if (decoder.decode(payload) === "100") {
        await broker.publish("events.0", encoder.encode("mine"), { ackMsMax: 1_000 });
      }
      return await broker.publish(subject, payload, options);
    },
  });
  await expect(publishAll(meddled, kept(), { stream: events, at: 1 })).rejects.toThrow(
    /not the backup's; does somebody else write/,
  );
});

test("what cannot be stored ends it, and says that it goes on", async () => {
  const full = withCalls(broker, { publish: () => Promise.resolve({ kind: "full" }) });
  await expect(publishAll(full, kept(), { stream: events, at: 1 })).rejects.toThrow(
    /Cannot restore events.1: full; run the same command again, .* and it goes on/,
  );
});
