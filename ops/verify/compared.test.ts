import { beforeAll, describe, expect, test } from "vitest";
import { type ActorId, actorId, keyOf } from "../../actors/ids.ts";
import { actorFor } from "../../actors/registry.ts";
import { sku } from "../../actors/sku/sku.ts";
import type { SkuEvent } from "../../actors/sku/sku_events.ts";
import type { SkuState } from "../../actors/sku/sku_state.ts";
import { stockCounters } from "../../actors/sku/stock_changes.ts";
import { SnapshotWriter } from "../../streams/host/snapshots.ts";
import { subjects, type TurnRecord } from "../../streams/record.ts";
import { systemRuntime } from "../../streams/system_runtime.ts";
import { EventsAudit } from "./events_audit.ts";
import type { RowsOfActor, StateRow } from "./rows_seen.ts";
import { emptyLog, madeLog, textOf, writeLog } from "./testing/made_log.ts";
import { type SystemVerdict, verifySystem } from "./verify.ts";

let log: readonly TurnRecord[];
beforeAll(async () => void (log = await madeLog()));

const findings = ({ checks }: SystemVerdict) => checks.flatMap(({ findings }) => findings);
const noUnits = Object.fromEntries(
  stockCounters.map((counter) => [counter.replace(/[A-Z]/g, "_$&").toLowerCase(), 0]),
);

describe("verify compares snapshots", () => {
  const snapshotted = async (change: (state: SkuState) => SkuState): Promise<SystemVerdict> => {
    const broker = await emptyLog();
    await writeLog(broker, log);
    const id = actorId("sku", "B"), [received] = log[0]!.entries.filter(({ actor }) => actor === id);
    const { type, v, data } = received!;
    const state = sku.evolve(sku.initial("B"), { type, version: v, data } as SkuEvent);
    const written = await new SnapshotWriter(broker, systemRuntime("test"), 0, actorFor)
      .write([{ id, slot: { state: change(state), version: 1 }, expectedSequence: 0 }], 1);
    expect(written.failed).toBeUndefined();
    return await verifySystem(broker, { chance: 0, elapsedMs: () => 0 });
  };

  test("and finds nothing where they are what events make", async () => {
    const verdict = await snapshotted((state) => state);
    expect(verdict.ok).toBe(true);
    expect(verdict.checks.find(({ what }) => what.startsWith("snapshots"))?.looked).toBe(1);
  });

  test("and finds one that is another state", async () => {
    const verdict = await snapshotted((state) => ({ ...state, backordered: 3 }));
    expect(findings(verdict)).toEqual(["the snapshot of sku:B at version 1: is another state"]);
  });
});

describe("verify compares rows", () => {
  /** What is found of an actor, where its rows are those that are made of its state. */
  const compared = (
    actor: ActorId,
    until: number,
    rowsOf: (state: unknown, version: number) => RowsOfActor,
  ) => {
    const audit = new EventsAudit("all", 0);
    audit.take(log.map((record, place) => ({
      ...{ subject: subjects.events(0), sequence: place + 1, atMs: record.atMs, payload: textOf(record) },
    })));
    const own = log.slice(0, until).flatMap((record) =>
      record.entries.filter((entry) => entry.actor === actor)
    );
    const { initial, evolve } = actorFor(actor);
    const state = own.reduce(
      (before, { type, v, data }) => evolve(before, { type, version: v, data }),
      initial(keyOf(actor)),
    );
    audit.compare([{ actor, rows: rowsOf(state, own.length) }]);
    return audit.summary().checks.flatMap(({ findings }) => findings);
  };
  const order = actorId("order", "ord_1");
  const ofOrder = (change: (row: StateRow) => StateRow | undefined, until = log.length) =>
    compared(order, until, (state, version) => {
      const row = change({ id: "ord_1", version, state: actorFor(order).encode(state) });
      return { kind: "order", until, ...(row && { row }) };
    });
  const ofStock = (units: { readonly [counter: string]: number }) =>
    compared(actorId("sku", "A"), log.length, () => {
      const level = { sku: "A", location: "LON1", ...noUnits, sellable: 9, allocated: 4, ...units };
      return { kind: "sku", until: log.length, levels: [level] };
    });

  test("and finds nothing where they are what events make, whenever they were read", () => {
    for (let until = 1; until <= log.length; until++) {
      expect(ofOrder((row) => row.version === 0 ? undefined : row, until)).toEqual([]);
    }
    expect(ofStock({})).toEqual([]);
  });

  test("and finds one that is missing, of another version, or of another state", () => {
    expect(ofOrder(() => undefined)).toEqual([expect.stringContaining("order:ord_1: has no row, and ")]);
    expect(ofOrder((row) => ({ ...row, version: 1 }))).toEqual([
      expect.stringContaining("has a row of version 1, and "),
    ]);
    expect(ofOrder((row) => ({ ...row, state: { ...row.state as object, channel: "another" } })))
      .toHaveLength(1);
  });

  test("and finds stock that differs", () => {
    expect(ofStock({ allocated: 5 })).toEqual([expect.stringMatching(/^sku:A: rows say .*, events /)]);
  });
});
