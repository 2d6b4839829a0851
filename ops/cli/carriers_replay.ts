import type { Command } from "commander";
import process from "node:process";
import type { ScanInput } from "../../actors/commands.ts";
import { type ActorId, keyOf } from "../../actors/ids.ts";
import { initialParcel } from "../../actors/parcel/parcel_state.ts";
import type { Standing } from "../../actors/parcel/status.ts";
import type { CarrierAdapter } from "../../http/carriers/adapter.ts";
import { type Difference, differenceOf, Replay, replayScansMax } from "../../http/carriers/replay.ts";
import { type Sql } from "../../projections/database.ts";
import { loadParcels, parcels as parcelRows } from "../../projections/parcels.ts";
import { schemaOf } from "../../projections/projection.ts";
import type { Broker } from "../../streams/broker/broker.ts";
import { storedCallbacks } from "../../streams/callbacks/stored_callbacks.ts";
import { readMap } from "../../streams/cluster/map_store.ts";
import { createAsk } from "../../streams/edge/ask.ts";
import { systemRuntime } from "../../streams/system_runtime.ts";
import { type ReplayTracer, traceReplay, untraced } from "../telemetry/callback_trace.ts";
import { startTelemetry } from "../telemetry/sdk.ts";
import { version } from "../version.ts";
import { actAtOnce, type ActFlags, withRecordFlags } from "./act.ts";
import { adapterNamed, minuteOf, since } from "./carriers_shared.ts";
import { exitCodes, Failure } from "./failure.ts";
import { withBroker } from "./with_broker.ts";
import { ownConfig } from "./find_system.ts";
import { reach, withRows } from "./with_rows.ts";
import { counted } from "./counted.ts";

interface ReplayFlags extends Pick<ActFlags, "why" | "by"> {
  readonly carrier: string;
  readonly since: number;
  readonly yes?: boolean;
  readonly json?: boolean;
}
type Print = (text: string) => void;

const loadedMax = 500, scansMax = 200, patienceMs = 10_000;
const runtime = systemRuntime(version);

/** `waybill carriers replay`: what stored messages say by the tables of today, and what parcels would learn by it. */
export function registerReplay(carriers: Command, print: Print): void {
  const command = carriers.command("replay")
    .description("read stored messages by today's tables, and show what differs")
    .requiredOption("--carrier <name>", "whose messages")
    .requiredOption("--since <time>", "from 2026-11-20T08:00:00Z on, or for so long: 3day, 12h", since)
    .option("--yes", "tell the parcels; without it nothing is changed")
    .option("--json", "print one line of JSON for each parcel that differs");
  withRecordFlags(command).action(async (flags: ReplayFlags) => await replay(flags, print));
}

async function replay(flags: ReplayFlags, print: Print): Promise<void> {
  const adapter = await adapterNamed(flags.carrier);
  await withBroker("waybill carriers replay", async (broker) => {
    const replayed = await gather(broker, adapter, flags.since), source = `replay-${runtime.newId()}`;
    const found = await withRows("compare with what parcels know", async (sql) => {
      await reach(sql);
      return await differences(sql, replayed, source);
    });
    for (const [to, difference] of found) for (const line of shown(to, difference, flags)) print(line);
    const tellThem = (trace: ReplayTracer) => tellAll(broker, { found, replayed, source, trace });
    const told = flags.yes
      ? await actAtOnce(broker, flags, {
        ...{ does: "carriers replay", to: flags.carrier },
        details: { since: new Date(flags.since).toISOString(), parcels: found.size },
        perform: () => withReplayTracer(tellThem),
      })
      : 0;
    if (!flags.json) {
      for (const line of summary(replayed, found, { told, yes: flags.yes === true })) print(line);
    }
    if (told < found.size && flags.yes) process.exitCode = exitCodes.failed;
  });
}

async function gather(broker: Broker, adapter: CarrierAdapter, sinceMs: number): Promise<Replay> {
  const replayed = new Replay(adapter);
  for await (const callback of storedCallbacks(broker, { sinceMs })) {
    if (callback.carrier !== adapter.name || replayed.add(callback)) continue;
    throw new Failure(
      `Cannot replay at once: more than ${replayScansMax} scans since then; choose a later --since`,
    );
  }
  return replayed;
}

type Differences = ReadonlyMap<ActorId, Difference>;

async function differences(sql: Sql, { parcels }: Replay, source: string): Promise<Differences> {
  const found = new Map<ActorId, Difference>(), all = [...parcels], nowMs = runtime.nowMs();
  for (let from = 0; from < all.length; from += loadedMax) {
    const some = all.slice(from, from + loadedMax);
    const states = await loadParcels(sql, schemaOf(parcelRows), some.map(([to]) => keyOf(to)));
    for (const [to, scans] of some) {
      const state = states.get(keyOf(to))?.state ?? initialParcel(keyOf(to));
      const difference = differenceOf(state, scans.values(), { source, nowMs });
      if (difference) found.set(to, difference);
    }
  }
  return found;
}

async function withReplayTracer<T>(work: (trace: ReplayTracer) => Promise<T>): Promise<T> {
  const { telemetry: config } = ownConfig();
  if (!config.traces) return await work(untraced);
  const telemetry = startTelemetry(config);
  try {
    return await work(traceReplay(telemetry));
  } finally {
    await telemetry.stop();
  }
}

interface Telling {
  readonly found: Differences;
  readonly replayed: Replay;
  readonly source: string;
  readonly trace: ReplayTracer;
}

/** How many parcels have it in the log now. */
async function tellAll(broker: Broker, { found, replayed, source, trace }: Telling): Promise<number> {
  const stored = await readMap(broker);
  if (!stored) throw new Failure("Cannot tell parcels: there is no log yet");
  const asker = createAsk({
    ...{ broker, runtime, edgeId: runtime.newId(), newId: runtime.newId },
    partitionOf: (id) => stored.map.partitionOf(id),
  });
  try {
    let told = 0;
    for (const [to, { scans }] of found) {
      if (await trace(replayed.requestsOf(to), (traceparent) => tell(to, scans, traceparent))) told += 1;
    }
    return told;
  } finally {
    asker.stop();
  }
  async function tell(to: ActorId, scans: readonly ScanInput[], traceparent?: string): Promise<boolean> {
    for (let from = 0; from < scans.length; from += scansMax) {
      const command = { type: "correct" as const, scans: scans.slice(from, from + scansMax), source };
      const { kind } = await asker.ask({ to, command, patienceMs, ...(traceparent && { traceparent }) });
      if (kind !== "answered" && kind !== "accepted") return false;
    }
    return true;
  }
}

function shown(to: ActorId, difference: Difference, { json }: ReplayFlags): readonly string[] {
  const { before, after, corrected, added } = difference, parcel = keyOf(to);
  if (json) return [JSON.stringify({ parcel, before, after, corrected, added })];
  return [
    `${parcel}  ${same(before, after) ? wordOf(before) : `${wordOf(before)} -> ${wordOf(after)}`}`,
    ...corrected.map(({ scan, was }) => `  ${momentOf(scan)}  ${wordOf(was)} -> ${wordOf(scan)}`),
    ...added.map((scan) => `  ${momentOf(scan)}  new: ${wordOf(scan)}`),
  ];
}

function summary(
  { bodies, unreadable, defects, parcels }: Replay,
  found: Differences,
  { told, yes }: { readonly told: number; readonly yes: boolean },
): readonly string[] {
  const all = [...found.values()],
    count = (of: (one: Difference) => number) => all.reduce((sum, one) => sum + of(one), 0);
  const corrected = count((one) => one.corrected.length), added = count((one) => one.added.length);
  const outcome = yes
    ? `${counted(told, "parcel was", "parcels were")} told`
    : "Nothing was changed: --yes tells them";
  return [
    `read: ${counted(bodies, "message")} of ${counted(parcels.size, "parcel")}`,
    ...(unreadable > 0 ? [`${unreadable} cannot be read`] : []),
    ...(defects > 0 ? [`${defects} cannot be read because of a defect of the adapter`] : []),
    `${counted(found.size, "parcel differs", "parcels differ")}: ${
      counted(corrected, "scan")
    } corrected, ${added} new`,
    ...(found.size === 0
      ? []
      : [told < found.size && yes ? `${outcome}: try again for the others` : outcome]),
  ];
}

const wordOf = ({ status, subStatus }: Standing) =>
  subStatus === undefined ? status : `${status}/${subStatus}`;
const same = (one: Standing, other: Standing) => wordOf(one) === wordOf(other);
const momentOf = ({ atMs, carrierCode }: ScanInput) => `${minuteOf(atMs)}  ${carrierCode || "-"}`;
