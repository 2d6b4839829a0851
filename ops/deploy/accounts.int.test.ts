import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { actorId } from "../../actors/ids.ts";
import { place } from "../../actors/order/specs.ts";
import { actorsByKind } from "../../actors/registry.ts";
import { openDatabase, type Sql } from "../../projections/database.ts";
import { migrate } from "../../projections/migrate.ts";
import { unwatchedProjector } from "../../projections/projector_observer.ts";
import { loadStockRows } from "../../projections/stock_rows.ts";
import { LiveStockView } from "../../projections/stock_view.ts";
import { projectTo, until } from "../../projections/testing/running.ts";
import type { Broker } from "../../streams/broker/broker.ts";
import { connectJetStream } from "../../streams/broker/jetstream.ts";
import { LiveMap } from "../../streams/cluster/live_map.ts";
import { createCallbackStore } from "../../streams/callbacks/callback_store.ts";
import { openApiKeys, watchApiKeys } from "../../streams/edge/api_keys.ts";
import { createAsk } from "../../streams/edge/ask.ts";
import { Host } from "../../streams/host/host.ts";
import { unwatched } from "../../streams/host/observer.ts";
import { streamNames, subjects } from "../../streams/record.ts";
import { copiedCommands } from "../../streams/retention/copied.ts";
import { PersonalCopier } from "../../streams/retention/personal.ts";
import { CommandsTrimmer } from "../../streams/retention/trim.ts";
import { streamConfigs } from "../../streams/streams.ts";
import { systemRuntime } from "../../streams/system_runtime.ts";
import { initLog } from "../run/open_log.ts";
import { type TestDatabase, testDatabase } from "../testing/postgres.ts";
import { haveAnswersAt } from "./testing/answers_elsewhere.ts";
import { type NatsUser, natsUsers, startTestCluster, type TestCluster } from "./testing/nats_cluster.ts";
import { never } from "./testing/refusals.ts";
import { expectConsoleShown } from "./testing/console_shown.ts";
import { expectEndpointsShared } from "./testing/endpoints_shared.ts";
import { runAs } from "./testing/run_as.ts";
import { lastSequencesOf } from "./testing/last_sequences.ts";
import { connectRaw, type RawUser } from "./testing/raw_user.ts";

/** Three real nodes with the very file that operators are given; every role does its work as its own user, and cannot do more. */
let cluster: TestCluster, database: TestDatabase, sql: Sql;
const brokers = {} as Record<NatsUser, Broker>, raw = {} as Record<NatsUser, RawUser>;
const encoder = new TextEncoder();
const runtime = systemRuntime("test");
const partition = 0;
const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

beforeAll(async () => {
  cluster = await startTestCluster(3);
  database = await testDatabase();
  await migrate(database.url);
  sql = openDatabase({ url: database.url });
  for (const user of natsUsers) {
    brokers[user] = await connectJetStream(cluster.addressOf(user));
    raw[user] = await connectRaw(cluster.addressOf(user));
  }
  const wanted = { partitions: 1, replicas: 3 };
  await until(() => initLog(brokers.operator, runtime, wanted).then(() => true, () => false));
});
afterAll(async () => {
  await Promise.all(Object.values(raw).map(({ nc }) => nc.close()));
  await Promise.all(Object.values(brokers).map((broker) => broker.close()));
  await sql?.end({ timeout: 1 });
  await database?.drop();
  await cluster?.stop();
});

const lastSequences = () => lastSequencesOf(brokers.operator);

function startHost(broker: Broker) {
  const host = new Host({ broker, runtime, observer: unwatched, actors: actorsByKind, name: "host" });
  return { host, running: host.run() };
}

describe("each role does its work as its own NATS user", () => {
  test("the nodes fsync before every ack, and each stream has three replicas", async () => {
    for (const monitor of cluster.monitors) {
      const { jetstream, max_payload } = await (await fetch(`${monitor}/varz`)).json();
      expect(jetstream.config.sync_always).toBe(true);
      expect(max_payload).toBe(8 * 1024 * 1024);
    }
    for (const { name } of streamConfigs(3)) {
      const answer = await raw.operator.nc.request(`$JS.API.STREAM.INFO.${name}`);
      expect(answer.json()).toMatchObject({ config: { num_replicas: 3 } });
    }
  });

  test("a command goes from edge to host and back, and becomes rows and a copied person", async () => {
    const { host, running } = startHost(brokers.host);
    await until(() => host.unready().length === 0);
    const map = await LiveMap.open(brokers.edge);
    const { ask, stop } = createAsk({
      broker: brokers.edge,
      edgeId: runtime.newId(),
      partitionOf: (id) => map.current.partitionOf(id),
      runtime,
      newId: runtime.newId,
    });
    const to = actorId("order", "ord_A");
    const command = place({ personal: true });
    const asked = await ask({ to, command, personal: { name: "Ada" }, patienceMs: 60_000 });
    expect(asked).toMatchObject({ kind: "answered", answer: { ok: false } });
    stop();
    await map.stop();
    host.stop();
    await running;

    const { lastSequence } = await brokers.edge.info(streamNames.events);
    expect(lastSequence).toBeGreaterThan(0);
    const head = await brokers.projector.last(streamNames.events, subjects.events(partition));
    const view = new LiveStockView({
      broker: brokers.edge,
      runtime,
      loadRows: (sums) => loadStockRows(sql, sums),
      partitions: map.current.partitions,
      observer: unwatchedProjector,
    });
    const viewing = view.run();
    await Promise.race([viewing, until(() => view.positions().get(partition) === head?.sequence)]);
    view.stop();
    await viewing;
    await projectTo(head?.sequence ?? 0, { broker: brokers.projector, sql });
    const copier = new PersonalCopier({ broker: brokers.projector, runtime, partition });
    const copying = copier.run();
    await until(() => copier.position?.sequence === head?.sequence);
    const trimmer = new CommandsTrimmer({
      ...{ broker: brokers.projector, runtime: { ...runtime, nowMs: () => Date.now() + 1_000 } },
      partitions: () => [partition],
      done: async () =>
        new Map([[partition, { passed: await copiedCommands(brokers.projector, partition) }]]),
      limits: { streamBytesMax: 1, ageMsMax: 0 },
    });
    await trimmer.trim();
    expect(await brokers.operator.info(streamNames.commands)).toMatchObject({ messages: 0, lastSequence: 1 });
    await copier.stop();
    await copying;
  });

  test("what a carrier sent goes from edge to deliver, which tells the parcel and keeps its place", async () => {
    const { host, running } = startHost(brokers.host);
    const store = createCallbackStore({ broker: brokers.edge, runtime });
    const body = encoder.encode(
      `{"trackingNumber":"T1","status":"in_transit","occurredAt":"2026-11-20T10:00:00Z"}`,
    );
    expect(await store.keep({ id: "cb", carrier: "generic", atMs: 1, body })).toEqual({ kind: "stored" });
    const deliver = runAs("deliver", cluster.addressOf("deliver"), {
      DATABASE_URL: database.url,
      WAYBILL_SECRET: "the secret of this installation",
    });
    const position = () => brokers.operator.last(streamNames.registry, "registry.callbacks.position");
    await Promise.race([deliver.running, until(async () => await position() !== undefined)]);
    await deliver.stop();
    store.stop();
    host.stop();
    await running;
    const { payload } = (await brokers.operator.last(streamNames.commands, subjects.commands(partition)))!;
    expect(JSON.parse(new TextDecoder().decode(payload))).toMatchObject({
      commands: [{ to: "parcel:generic:T1", command: { type: "scans", source: "cb" } }],
    });
  });

  test("the edge reads what its console shows, and records what operators do there", () =>
    expectConsoleShown(brokers, partition));

  test("the operator makes an API key, and the edge knows it", async () => {
    const { token, key } = await openApiKeys({ broker: brokers.operator, runtime, secretBytes: randomBytes })
      .create({
        name: "storefront",
        scopes: ["orders:write"],
        requestsPerSecondMax: null,
      });
    const directory = await watchApiKeys(brokers.edge);
    expect(directory.authenticate(token)?.keyId).toBe(key.keyId);
    await directory.stop();
  });

  test("who wants to be told what is kept by an edge, known to deliver, and disabled there", () =>
    expectEndpointsShared(brokers));

  test("each may write what the cluster will need", async () => {
    const may: [NatsUser, string][] = [
      ["host", "registry.cluster.lease.3"],
      ["host", "registry.cluster.host.n1"],
      ["host", "registry.head.3"],
      ["host", "checkpoints.3"],
      ["host", "snapshots.3.order.A"],
      ["projector", "registry.cluster.projector.p1"],
      ["projector", "registry.lost.3"],
      ["deliver", "registry.cluster.deliver.d1"],
      ["deliver", "registry.effects.mine"],
      ["deliver", "registry.notifications.mine"],
      ["edge", "registry.notifications.mine"],
    ];
    for (const [user, subject] of may) {
      const outcome = await brokers[user].publish(subject, encoder.encode("{}"), { ackMsMax: 20_000 });
      expect(outcome, `${user} ${subject}`).toMatchObject({ kind: "stored" });
    }
  });
});

describe("no role can do another's work", () => {
  test.each(natsUsers)("%s is refused what it does not need, and nothing changes", async (user) => {
    const before = await lastSequences();
    expect(await raw[user].refusedPublishes(never[user])).toEqual(never[user]);
    expect(await lastSequences()).toEqual(before);
  });

  test.each(natsUsers)("%s cannot hear what others are told", async (user) => {
    const others = natsUsers.filter((other) => other !== user).map((other) => `_INBOX.${other}.>`);
    const subjects = [">", "_INBOX.>", "events.*", "commands.*", "personal.*", ...others];
    expect(await raw[user].refusedSubscriptions(subjects)).toEqual(subjects);
  });

  test("EVENTS itself refuses to be purged, by whomever", async () => {
    const answer = await raw.operator.nc.request("$JS.API.STREAM.PURGE.EVENTS", "{}");
    expect(answer.json()).toMatchObject({ error: { code: 500 } });
  });

  test("a host that runs as the edge's user claims nothing and appends nothing", async () => {
    const before = await lastSequences();
    const broker = await connectJetStream(cluster.addressOf("edge"));
    const { host, running } = startHost(broker);
    const last = await broker.last(streamNames.events, subjects.events(partition));
    const appended = await broker.publish(subjects.events(partition), last?.payload ?? encoder.encode("{}"), {
      expectedLastSubjectSequence: last?.sequence ?? 0,
      ackMsMax: 1_000,
    });
    expect(appended.kind).toBe("unknown");
    expect(host.unready()).toEqual(["no heartbeat was acknowledged lately"]);
    host.stop({ abandon: true });
    await broker.close();
    await running;
    expect(await lastSequences()).toEqual(before);
  });

  test.each(
    [
      ["edge", "EVENTS", "registry.callbacks.position"],
      ["projector", "EVENTS", "callbacks.received"],
      ["deliver", "CALLBACKS", "registry.cluster.map"],
      ["deliver", "EVENTS", "registry.cluster.map"],
    ] as const,
  )(
    "%s cannot have JetStream's answers stored as events, snapshots or leases",
    async (user, stream, more) => {
      const before = await lastSequences();
      const others = ["events.0", "snapshots.0.order.A", "registry.cluster.lease.0", "registry.keys.mine"];
      await haveAnswersAt(raw[user].nc, { user, stream, places: [...others, more] });
      await pause(1_500);
      expect(await lastSequences()).toEqual(before);
    },
  );
});
