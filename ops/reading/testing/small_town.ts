import { setTimeout as sleep } from "node:timers/promises";
import { type ActorId, actorId, type OrderId } from "../../../actors/ids.ts";
import { actorsByKind } from "../../../actors/registry.ts";
import {
  buy,
  cancel,
  describeSku,
  type Lines,
  pay,
  receive,
  scans,
  ship,
} from "../../../actors/town/citizens.ts";
import { comeBack, grade, returnOf, sendBack } from "../../../actors/town/return_calls.ts";
import type { Call } from "../../../actors/town/town.ts";
import { orderIdOf } from "../../../http/order_id.ts";
import type { Broker } from "../../../streams/broker/broker.ts";
import { connectJetStream } from "../../../streams/broker/jetstream.ts";
import { writeMap } from "../../../streams/cluster/map_store.ts";
import { createAsk } from "../../../streams/edge/ask.ts";
import { Host } from "../../../streams/host/host.ts";
import { unwatched } from "../../../streams/host/observer.ts";
import { evenPartitions } from "../../../streams/partition_map.ts";
import { endOfLog, scanLog } from "../../../streams/reading/scan.ts";
import { decodeRecord } from "../../../streams/record_text.ts";
import { ensureStreams } from "../../../streams/streams.ts";
import { systemRuntime } from "../../../streams/system_runtime.ts";
import { startTestNats, type TestNats } from "../../testing/nats.ts";

/** A log that a real host wrote to a real server: orders, shipments, one that closed, a return, refusals, and a deadline that passed. */
export interface SmallTown {
  readonly nats: TestNats;
  readonly broker: Broker;
  /** What each call was answered: `ok`, or the reason of its refusal. */
  readonly told: readonly string[];
  stop(): Promise<void>;
}

const quietMs = 1_000, patienceMs = 60_000;

/** Orders of a town are named by their number alone; here they have the ids that the API would give them. */
function named({ to, command, ...rest }: Call): Call {
  const text = JSON.stringify([to, command]).replaceAll(/ord_(\d+)/g, (_, n: string) => orderIdOf("web", n));
  const [actor, said] = JSON.parse(text) as [ActorId, Call["command"]];
  return { to: actor, command: said, ...rest };
}

const lines = (...all: Lines) => all;

/** What everybody does, in order. */
function* story(): Iterable<Call> {
  yield describeSku("POST", { stocked: false });
  yield receive("PO-1", lines(["A", 10], ["B", 4]));
  yield buy(1, lines(["A", 6], ["POST", 1]), { returnWindowMs: 14 * 86_400_000 });
  yield buy(2, lines(["A", 9]));
  yield buy(3, lines(["B", 2]), { payment: "pending", holdMinutes: 0.01 });
  yield buy(4, lines(["A", 2], ["B", 1]));
  yield buy(5, lines(["B", 1]), { payment: "pending" });
  yield ship(1, lines(["A", 6], ["POST", 1]), "P1", { carrier: "ups", trackingNumber: "1Z999AA10123456784" });
  yield {
    ...scans("", [["in_transit", 5], ["delivered", 30]]),
    to: actorId("parcel", "ups:1Z999AA10123456784"),
  };
  yield cancel(1, undefined, "too-late");
  yield pay(5, "captured");
  yield cancel(4, lines(["A", 1]));
  yield sendBack(1, lines(["A", 2]));
  yield comeBack(returnOf(1), lines(["A", 2]));
  yield grade(returnOf(1), [["A", 2, "A", "restock"]]);
}

export async function buildTown(partitions: number): Promise<SmallTown> {
  const nats = await startTestNats(), broker = await connectJetStream({ servers: nats.url, name: "town" });
  const runtime = systemRuntime("town");
  await ensureStreams(broker, 1);
  const { map } = await writeMap(broker, runtime, evenPartitions(partitions), 0);
  const host = new Host({ broker, runtime, observer: unwatched, actors: actorsByKind, name: "town" });
  const running = host.run();
  const asker = createAsk({
    ...{ broker, runtime, edgeId: "town", newId: runtime.newId },
    partitionOf: (id) => map.partitionOf(id),
  });
  const told: string[] = [];
  for (const { to, command } of [...story()].map(named)) {
    const asked = await asker.ask({ to, command, patienceMs });
    told.push(
      asked.kind !== "answered" ? asked.kind : asked.answer.ok ? "ok" : asked.answer.rejection.reason,
    );
  }
  await untilQuiet(broker);
  asker.stop();
  host.stop();
  await running;
  return {
    ...{ nats, broker, told },
    stop: async () => {
      await broker.close();
      await nats.stop();
    },
  };
}

/** Until the deadline has passed, what is to close has closed, and nothing follows any more. */
async function untilQuiet(broker: Broker): Promise<void> {
  for (let types = new Set<string>(); !(types.has("order.expired") && types.has("order.closed"));) {
    await sleep(100);
    types = await typesIn(broker);
  }
  for (let end = -1; end !== await endOfLog(broker);) {
    end = await endOfLog(broker);
    await sleep(quietMs);
  }
}

async function typesIn(broker: Broker): Promise<Set<string>> {
  const types = new Set<string>(), toSequence = await endOfLog(broker);
  if (toSequence === 0) return types;
  for await (const { record } of scanLog(broker, { fromSequence: 1, toSequence, decode: decodeRecord })) {
    for (const { type } of record.entries) types.add(type);
  }
  return types;
}

export const orderNumbered = (n: number): OrderId => orderIdOf("web", String(n));
