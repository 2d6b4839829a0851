import { asking, openDatabase } from "../../projections/database.ts";
import { outbox } from "../../projections/outbox/outbox.ts";
import { readPositions } from "../../projections/positions.ts";
import { schemaOf } from "../../projections/projection.ts";
import { webhookRows } from "../../projections/webhooks/outbox.ts";
import type { Broker } from "../../streams/broker/broker.ts";
import { readCallbackLag } from "../../streams/callbacks/callback_position.ts";
import type { LogStatus } from "../../streams/cluster/status.ts";
import { Fault } from "../../streams/faults.ts";
import { streamNames, subjects } from "../../streams/record.ts";
import type { EffectName } from "../telemetry/reader_observer.ts";

/** How far one reader of role deliver is. */
export interface ReaderStatus {
  readonly reader: "callbacks" | EffectName;
  /** Absent for callbacks, which are one piece of work. */
  readonly partition?: number;
  /** The last message that was read of its stream; absent when nobody ever read. */
  readonly sequence?: number;
  /** Messages that wait: at most so many (other partitions' records count, too). */
  readonly behind: number;
  /** How long the oldest of them has been stored; 0 when there is none. */
  readonly waitingMs: number;
}
export interface Readers {
  readonly all: readonly ReaderStatus[];
  /** Whose position is not known, and why. */
  readonly unknown?: string;
}
interface Given {
  readonly status: Pick<LogStatus, "partitions">;
  readonly databaseUrl: string | undefined;
  readonly nowMs: number;
}

/** Where the rows and positions of each effect are. */
export const effectRows: { readonly [Name in EffectName]: string } = {
  notifications: schemaOf(outbox),
  webhooks: schemaOf(webhookRows),
};

/** The readers of role deliver: callbacks keep their position in the log, effects beside their rows. */
export async function readReaders(broker: Broker, given: Given): Promise<Readers> {
  const callbacks = { reader: "callbacks" as const, ...await readCallbackLag(broker, given.nowMs) };
  const effects = Object.keys(effectRows) as EffectName[], which = effects.join(" and ");
  if (given.databaseUrl === undefined) {
    return { all: [callbacks], unknown: `${which}: DATABASE_URL is not set` };
  }
  try {
    const positions = await positionsOf(given.databaseUrl, effects);
    const all = effects.flatMap((reader) =>
      given.status.partitions.map((one) => ({
        reader,
        ...one,
        sequence: positions.get(reader)?.get(one.partition),
      }))
    );
    return {
      all: [callbacks, ...await Promise.all(all.map((one) => effectStatus(broker, one, given.nowMs)))],
    };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { all: [callbacks], unknown: `${which}: ${error.message}` };
  }
}

async function positionsOf(url: string, effects: readonly EffectName[]) {
  const sql = openDatabase({ url, name: "waybill log", connectionsMax: 1 });
  try {
    const [found] = await asking(
      "read positions",
      () => sql<{ there: boolean }[]>`select to_regclass('waybill.positions') is not null as there`,
    );
    if (found?.there !== true) return new Map<EffectName, ReadonlyMap<number, number>>();
    const read = async (effect: EffectName) => {
      const positions = await asking("read positions", () => readPositions(sql, effectRows[effect]));
      return [effect, new Map(positions.map(({ partition, mark }) => [partition, mark.sequence]))] as const;
    };
    return new Map(await Promise.all(effects.map(read)));
  } finally {
    await sql.end({ timeout: 5 });
  }
}

async function effectStatus(
  broker: Broker,
  { reader, partition, sequence, head }: Pick<ReaderStatus, "reader" | "sequence"> & {
    readonly partition: number;
    readonly head: number;
  },
  nowMs: number,
): Promise<ReaderStatus> {
  const known = { reader, partition, ...(sequence !== undefined && { sequence }) };
  const behind = Math.max(0, head - (sequence ?? 0));
  if (behind === 0) return { ...known, behind, waitingMs: 0 };
  const storedAtMs = await nextStoredAtMs(broker, partition, (sequence ?? 0) + 1);
  return { ...known, behind, waitingMs: Math.max(0, nowMs - storedAtMs) };
}

/** There is one: nothing is ever deleted from EVENTS. */
export async function nextStoredAtMs(
  broker: Broker,
  partition: number,
  fromSequence: number,
): Promise<number> {
  const reader = broker.read(streamNames.events, { subject: subjects.events(partition), fromSequence });
  try {
    for await (const { storedAtMs } of reader) return storedAtMs;
  } finally {
    await reader.stop();
  }
  throw new Fault("log.unavailable", "Cannot read what waits: the connection to the log was lost");
}
