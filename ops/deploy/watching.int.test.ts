import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "../../projections/testing/running.ts";
import { connectJetStream } from "../../streams/broker/jetstream.ts";
import { systemRuntime } from "../../streams/system_runtime.ts";
import { natsCheck } from "../doctor/checks/nats.ts";
import { setupOf } from "../doctor/setup.ts";
import { initLog } from "../run/open_log.ts";
import { streamsOf } from "../run/stream_sizes.ts";
import { type NatsUser, startTestCluster, type TestCluster } from "./testing/nats_cluster.ts";

/** What may be seen of three real nodes, by whom. */
let cluster: TestCluster;
beforeAll(async () => {
  cluster = await startTestCluster(3);
  const broker = await connectJetStream(cluster.addressOf("operator"));
  const wanted = { partitions: 1, replicas: 3 };
  await until(() => initLog(broker, systemRuntime("test"), wanted).then(() => true, () => false));
  await broker.close();
});
afterAll(() => cluster?.stop());

async function doctorAs(name: NatsUser) {
  const { servers, user = "", pass = "", inboxPrefix = "" } = cluster.addressOf(name);
  const said = await natsCheck.look(setupOf({
    ...{
      NATS_URL: [servers].flat().join(","),
      NATS_USER: user,
      NATS_PASSWORD: pass,
      NATS_INBOX_PREFIX: inboxPrefix,
    },
  }));
  return said.map(({ verdict, says }) => `${verdict}: ${says}`);
}

test.for(["host", "projector", "deliver"] as const)("%s may ask how large its streams are", async (role) => {
  const broker = await connectJetStream(cluster.addressOf(role));
  for (const stream of streamsOf[role]) expect((await broker.info(stream)).bytes).toBeGreaterThanOrEqual(0);
  await broker.close();
});

test("the operator's doctor sees every stream, and that its copies are complete", async () => {
  await expect.poll(() => doctorAs("operator")).toEqual([
    expect.stringMatching(/^ok: nats-server 2\.\d+\.\d+, cluster \S+, JetStream is on$/),
    expect.stringMatching(/^ok: this clock and the log server's differ by \d+ ms$/),
    expect.stringMatching(/^ok: \d+ streams are there, as they should be$/),
  ]);
});

test("that of a role says what it may not see, within its time", async () => {
  const startedMs = performance.now(), said = await doctorAs("deliver");
  expect(performance.now() - startedMs).toBeLessThan(10 * natsCheck.msMax);
  expect(said.filter((one) => one.startsWith("wrong"))).toEqual([]);
  expect(said).toContainEqual(expect.stringMatching(/^warning: COMMANDS cannot be looked at/));
});
