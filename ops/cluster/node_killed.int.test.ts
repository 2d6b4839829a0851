import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Broker } from "../../streams/broker/broker.ts";
import { connectJetStream } from "../../streams/broker/jetstream.ts";
import { subjects } from "../../streams/record.ts";
import { findNatsServer } from "../local/nats_server.mjs";
import { makeLog } from "./make_log.ts";
import { Member } from "./member.ts";
import { type NatsNodes, prepareNats, untilHealthy } from "./nats_nodes.ts";

/** Records as large as turns, of many partitions at once, so that a killed node has something to truncate when it comes back. */
const writers = 12, entries = 60, writeMs = 3_000, downMs = 1_500;

let folder = "", nats: NatsNodes, broker: Broker;
let members: Member[] = [];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "waybill-nodes-"));
  mkdirSync(join(folder, "secrets"));
  const { path: binary } = await findNatsServer();
  nats = await prepareNats({ dataDir: folder, count: 3, binary, unadvertised: false, log: () => {} });
  members = nats.nodes.map((node) =>
    new Member({
      name: node.name,
      kind: "nats",
      start: () => nats.start(node),
      started: () => {},
      log: () => {},
    })
  );
  await Promise.all(members.map((member) => member.revive()));
  for (const node of nats.nodes) await untilHealthy(node);
  await makeLog(nats.addressOf("operator"), { ...counts, partitions: writers, replicas: 3 });
  broker = await connectJetStream(nats.addressOf("host"));
});
afterAll(async () => {
  await broker?.close();
  await Promise.all(members.map((member) => member.drain()));
  rmSync(folder, { recursive: true, force: true });
});
const counts = { nodes: 3, hosts: 0, edges: 0, projectors: 0, delivers: 0 };

function payload(): Uint8Array {
  const entry = () => ({
    actor: `order:${Math.random()}`,
    version: 1,
    type: "order.placed",
    data: Math.random(),
  });
  return new TextEncoder().encode(JSON.stringify({ entries: Array.from({ length: entries }, entry) }));
}

async function write(partition: number, stopped: () => boolean): Promise<void> {
  for (let expectedLastSubjectSequence = 0; !stopped();) {
    const outcome = await broker.publish(subjects.events(partition), payload(), {
      expectedLastSubjectSequence,
      ackMsMax: 3_000,
    });
    if (outcome.kind === "stored") expectedLastSubjectSequence = outcome.sequence;
    else if (outcome.kind === "conflict") expectedLastSubjectSequence = outcome.actual;
    else await sleep(50);
  }
}

test("each node comes back after kill -9 while events are written, and holds all streams again", async () => {
  let stopped = false;
  const writing = Array.from({ length: writers }, (_, partition) => write(partition, () => stopped));
  for (const [i, member] of members.entries()) {
    await sleep(writeMs);
    await member.kill();
    await sleep(downMs);
    await member.revive();
    await untilHealthy(nats.nodes[i]!, AbortSignal.timeout(45_000));
  }
  stopped = true;
  await Promise.all(writing);
  expect(members.map(({ state }) => state)).toEqual(["up", "up", "up"]);
});
