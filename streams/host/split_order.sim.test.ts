import { afterEach, expect, test, vi } from "vitest";
import { actorId, bucketOf } from "../../actors/ids.ts";
import { buy, look, orderOf, receive } from "../../actors/town/citizens.ts";
import type { Call } from "../../actors/town/town.ts";
import { readMap } from "../cluster/map_store.ts";
import { requestSplit } from "../cluster/split_requests.ts";
import { type Asker, createAsk } from "../edge/ask.ts";
import { streamNames, subjects } from "../record.ts";
import { systemRuntime } from "../system_runtime.ts";
import { ClusterKit } from "../testing/cluster_kit.ts";

let kit: ClusterKit;
let outdated: Asker;
afterEach(async () => {
  outdated.stop();
  await kit.end();
});

const runtime = systemRuntime("test");
const moved = [1, 2, 3, 4, 5, 6, 7, 8].find((n) => bucketOf(actorId("order", orderOf(n))) >= 512)!;
const refusing = new Set<string>();

/** Partition 0 is split, and nobody runs it or its child; an edge is left that does not know. */
async function splitAndStop(): Promise<void> {
  refusing.clear();
  const publishFault = (subject: string) => refusing.has(subject) ? "contended" as const : undefined;
  kit = await new ClusterKit({ publishFault }).open(1);
  const broker = kit.server.connect(), host = kit.start("first");
  outdated = createAsk({
    broker,
    edgeId: "outdated",
    partitionOf: () => 0,
    runtime,
    newId: runtime.newId,
  });
  await vi.waitFor(() => expect(host.host.unready()).toEqual([]));
  expect(await kit.told(receive("PO-1", [["S0", 5]]))).toBe("ok");
  await requestSplit(broker, runtime, 0);
  await vi.waitFor(async () => expect((await readMap(broker))!.map.partitions).toHaveLength(2));
  await host.stop();
}

const accepted = (asker: { readonly ask: Asker["ask"] }, { to, command }: Call) =>
  asker.ask({ to, command, patienceMs: 1 });

test("what an outdated edge was told is accepted is known to who asks by the new map", async () => {
  await splitAndStop();
  expect(await accepted(outdated, buy(moved, [["S0", 1]]))).toEqual({ kind: "accepted" });
  refusing.add(subjects.events(0));
  const host = kit.start("second");
  await vi.waitFor(() => expect(host.host.gauges()).toHaveLength(2));
  const answer = kit.told(look(moved));
  await runtime.sleep(500);
  refusing.clear();
  expect(await answer).toBe("ok");
});

test("what is accepted by the new map is known to who asks an outdated edge", async () => {
  await splitAndStop();
  refusing.add("registry.cluster.lease.1");
  expect(await accepted(kit, buy(moved, [["S0", 1]]))).toEqual({ kind: "accepted" });
  const { to, command } = look(moved), answer = outdated.ask({ to, command, patienceMs: 60_000 });
  kit.start("second");
  const broker = kit.server.connect();
  await vi.waitFor(async () => {
    const last = (await broker.last(streamNames.events, subjects.events(0)))!;
    expect(new TextDecoder().decode(last.payload)).toContain("passed-on");
  });
  refusing.clear();
  expect(await answer).toMatchObject({ kind: "answered", answer: { ok: true } });
});
