import { afterAll, beforeAll, expect, test } from "vitest";
import type { ActorId } from "../../actors/ids.ts";
import { startTestNats, type TestNats } from "../../ops/testing/nats.ts";
import type { Broker } from "../broker/broker.ts";
import { connectJetStream } from "../broker/jetstream.ts";
import type { Pending } from "../record.ts";
import { ensureStreams } from "../streams.ts";
import { capture, readCheckpoint, writeCheckpoint } from "./checkpoint.ts";
import { KnownActors } from "./known.ts";
import { emptyPartition } from "./partition_state.ts";

let nats: TestNats, broker: Broker;
beforeAll(async () => {
  nats = await startTestNats();
  broker = await connectJetStream({ servers: nats.url, name: "checkpoints" });
  await ensureStreams(broker, 1);
});
afterAll(async () => {
  await broker?.close();
  await nats?.stop();
});

const parkedCount = 100_000, lines = Array.from({ length: 3 }, (_, i) => ({ sku: `SKU-${i}`, quantity: 2 }));
const order = (i: number): Pending => {
  const to = `order:ord_${i}` as ActorId;
  const message = { type: "place", channel: "web", orderNumber: `N-${i}`, lines, padding: "x".repeat(500) };
  return { to, from: to, message, cause: { id: `cmd-${i}`, atMs: i, at: [i, 0] } };
};

test("all orders of a paused kind are kept in one checkpoint, though no message of the server's could hold them", async () => {
  const known = new KnownActors(), parked = Array.from({ length: parkedCount }, (_, i) => order(i));
  const captured = capture(0, { ...emptyPartition(), parked }, known, {
    epoch: 1,
    eventsCreatedAtMs: 1,
    commandsCreatedAtMs: 1,
  });
  const written = await writeCheckpoint(broker, captured, known, { expectedSequence: 0, knownWritten: 0 });
  expect(written).toMatchObject({ kind: "stored" });
  const { state } = (await readCheckpoint(broker, 0))!;
  expect(state.parked).toHaveLength(parkedCount);
  expect(state.parked[0]).toEqual(order(0));
  expect(state.parked.at(-1)).toEqual(order(parkedCount - 1));
});
