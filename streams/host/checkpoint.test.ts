import { expect, test } from "vitest";
import type { ActorId } from "../../actors/ids.ts";
import type { Broker } from "../broker/broker.ts";
import { MemoryServer } from "../broker/memory.ts";
import { type Dead, type Pending, streamNames, type TimerRow } from "../record.ts";
import { ensureStreams } from "../streams.ts";
import { type Capture, checkpointLimits, readCheckpoint, writeCheckpoint } from "./checkpoint.ts";
import { waitingLimits } from "./checkpoint_waiting.ts";
import { KnownActors } from "./known.ts";
import { checkpointSubject } from "./snapshots.ts";

const row = (i: number): TimerRow => ({ actor: `toy:${i}` as ActorId, name: "reminder", dueMs: 1_000 + i });
const rows = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => row(from + i));

function captured(epoch: number, timerRows: readonly TimerRow[], known: KnownActors): Capture {
  return {
    partition: 0,
    epoch,
    turn: "turn",
    head: { sequence: 7, hash: "h" },
    atMs: 5,
    read: { sequence: 3, hash: "c", taken: 1, of: 2 },
    waiting: [],
    stopped: [],
    parked: [],
    eventsCreatedAtMs: 1,
    commandsCreatedAtMs: 2,
    timerRows,
    knownCount: known.count,
  };
}
const parcel = "toy:parcel" as ActorId;
const pending = (id: string): Pending => ({
  ...{ to: parcel, from: parcel, message: { type: "add" } },
  cause: { id, atMs: 1, at: [1, 0] },
});
const pendings = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, i) => pending(`${prefix}${i}`));

async function opened(): Promise<MemoryServer> {
  const server = new MemoryServer();
  await ensureStreams(server.connect(), 1);
  return server;
}

test("reads what was written, timers and known actors over several pages", async () => {
  const broker = (await opened()).connect(), known = new KnownActors();
  for (let i = 0; i < checkpointLimits.knownPerPage + 10; i++) known.add(`toy:${i}`, i + 1);
  const timers = rows(0, checkpointLimits.timersPerPage * 2 + 1);
  const written = await writeCheckpoint(broker, captured(1, timers, known), known, {
    expectedSequence: 0,
    knownWritten: 0,
  });
  const read = await readCheckpoint(broker, 0);
  expect(read).toMatchObject({
    sequence: written.kind === "stored" && written.sequence,
    knownWritten: known.count,
  });
  expect(read!.state.agenda.rows()).toEqual(timers);
  expect(read!.known.has("toy:0") && read!.known.has(`toy:${known.count - 1}`)).toBe(true);
  expect(read!.known.has("toy:never")).toBe(false);
});

test("what waits behind actors that stand still is read as it was written, few or many", async () => {
  const server = await opened(), broker = server.connect(), known = new KnownActors();
  let expectedSequence = 0;
  for (const count of [3, 20_000, 2, 0]) {
    const [waiting, parked] = [pendings("w", count), pendings("p", count)];
    const dead: Dead = { actor: parcel, input: 0, delivery: pending("d"), error: "broken", build: "1" };
    const state = { ...captured(1, [], known), waiting, parked, stopped: [dead] };
    const written = await writeCheckpoint(broker, state, known, { expectedSequence, knownWritten: 0 });
    expectedSequence = written.kind === "stored" ? written.sequence : -1;
    expect((await readCheckpoint(broker, 0))!.state).toMatchObject({ waiting, parked });
    expect([...(await readCheckpoint(broker, 0))!.state.stopped.values()]).toEqual([dead]);
    const head = await broker.last(streamNames.snapshots, checkpointSubject(0));
    expect(head!.payload.length).toBeLessThan(waitingLimits.inlineBytesMax * 2);
  }
});

test("is refused when another checkpoint was written since", async () => {
  const broker = (await opened()).connect(), known = new KnownActors();
  const write = (expectedSequence: number) =>
    writeCheckpoint(broker, captured(1, [row(1)], known), known, { expectedSequence, knownWritten: 0 });
  const first = await write(0);
  expect(first.kind).toBe("stored");
  expect((await write(0)).kind).toBe("failed");
  expect((await write(first.kind === "stored" ? first.sequence : 0)).kind).toBe("stored");
});

test("its pages are of one checkpoint, also when the next is written while they are read", async () => {
  const server = await opened(), broker = server.connect(), known = new KnownActors();
  const pageOf = checkpointLimits.timersPerPage;
  const first = captured(1, rows(0, pageOf + 1), known), second = captured(1, rows(1, pageOf + 2), known);
  const written = await writeCheckpoint(broker, first, known, { expectedSequence: 0, knownWritten: 0 });
  let overtaken = false;
  const last: Broker["last"] = async (stream, subject) => {
    const second0 = overtaken || !subject.endsWith(".timers.0") ? undefined : second;
    const found = await broker.last(stream, subject);
    if (second0 && written.kind === "stored") {
      overtaken = true;
      await writeCheckpoint(broker, second0, known, { expectedSequence: written.sequence, knownWritten: 0 });
    }
    if (subject.endsWith(".timers.1")) {
      while (!overtaken) await new Promise((resolve) => setTimeout(resolve, 1));
      return await broker.last(stream, subject);
    }
    return found;
  };
  const read = await readCheckpoint({ last }, 0);
  expect(read!.state.agenda.rows()).toEqual(second.timerRows);
});
