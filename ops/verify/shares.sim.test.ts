import { afterEach, describe, expect, test } from "vitest";
import { actorId } from "../../actors/ids.ts";
import { line, placing, receiving, shipping, TownLog } from "../../projections/testing/town_log.ts";
import { series } from "../../actors/series/series.ts";
import { MemoryServer } from "../../streams/broker/memory.ts";
import { Fault } from "../../streams/faults.ts";
import { streamNames } from "../../streams/record.ts";
import { ensureStreams } from "../../streams/streams.ts";
import type { Recorded, Summary } from "./events_audit.ts";
import { Shares } from "./shares.ts";

const used: Shares[] = [];
afterEach(async () => {
  for (const shares of used.splice(0)) await shares.stop();
});

async function recorded(): Promise<Recorded[]> {
  const broker = new MemoryServer().connect();
  await ensureStreams(broker, 1);
  const town = new TownLog(broker, 0, { series });
  await town.turn(receiving("A", 10), receiving("B", 7));
  await town.turn(placing(1, [line("A", 2)]), placing(2, [line("A", 3), line("B", 1)]));
  await town.turn(shipping(1, "t1"));
  const records: Recorded[] = [], reader = broker.read(streamNames.events, { fromSequence: 1 });
  for await (const { subject, sequence, payload } of reader) {
    if (records.push({ subject, sequence, payload, atMs: 1 }) === 3) break;
  }
  return records;
}

async function audited(records: readonly Recorded[], threads: boolean): Promise<Summary> {
  const shares = new Shares({ chance: 0, threads });
  used.push(shares);
  for (const record of records) {
    shares.take(record);
    await shares.handOver();
  }
  await shares.settle();
  await shares.compare((await shares.sampled()).map((actor) => ({ actor })));
  return await shares.summary();
}

// Node does not run a thread of TypeScript; the command runs on Deno.
describe.runIf("Deno" in globalThis)("threads", () => {
  test("find together what one audit finds alone", async () => {
    const records = await recorded(), together = await audited(records, true);
    expect(together).toEqual(await audited(records, false));
    expect(together.checks.find(({ what }) => what.startsWith("claims"))?.looked).toBe(2);
    expect(together.events).toBeGreaterThan(10);
  });

  test.each(["sku", "order"] as const)(
    "say what damages events of kind %s, as one audit does",
    async (kind) => {
      const [first, second, ...others] = await recorded(), key = kind === "sku" ? "A" : "ord_1";
      const mark = `{"actor":"${actorId(kind, key)}","version":`,
        damaged = mark.replace("version", "versiom");
      const text = new TextDecoder().decode(second!.payload);
      expect(text).toContain(mark);
      const records = [
        first!,
        { ...second!, payload: new TextEncoder().encode(text.replace(mark, damaged)) },
        ...others,
      ];
      const together = await audited(records, true);
      expect(together).toEqual(await audited(records, false));
      expect(together.checks.find(({ what }) => what.startsWith("versions"))?.found).toBeGreaterThan(0);
    },
  );

  test("say what a SKU did not hand over, and what would explain it, as one audit does", async () => {
    const [first, second, third] = await recorded(), mark = '"type":"parcel.handed_over"';
    const text = new TextDecoder().decode(third!.payload);
    expect(text).toContain(mark);
    const payload = new TextEncoder().encode(text.replace(mark, '"type":"stock.unpacked"'));
    const records = [first!, second!, { ...third!, payload }];
    const together = await audited(records, true);
    expect(together).toEqual(await audited(records, false));
    const conserved = together.checks.filter(({ what }) => what.startsWith("conserved"));
    expect(conserved.map(({ found }) => found)).toEqual([1, 0, 1]);
    const [alone, inThreads] = used.slice(-2), awaited = await alone!.awaited();
    expect(awaited.length).toBe(2);
    expect(await inThreads!.awaited()).toEqual(awaited);
    for (const shares of [alone!, inThreads!]) {
      await shares.explain(awaited);
      const { checks } = await shares.summary();
      expect(checks.some(({ what, found }) => what.startsWith("conserved") && found > 0)).toBe(false);
    }
  });

  test("fail as one audit does, with its fault", async () => {
    const [first, second, third] = await recorded();
    const payload = new TextEncoder().encode(
      new TextDecoder().decode(second!.payload).replace('"entries":[\n{', '"entries":[\n{x'),
    );
    for (const threads of [false, true]) {
      const error = await audited([first!, { ...second!, payload }, third!], threads).catch((met) => met);
      expect(error).toBeInstanceOf(Fault);
      expect(error).toMatchObject({
        code: "record.undecodable",
        message: "Cannot read events.0 at 2: it is not JSON",
      });
    }
  });
});
