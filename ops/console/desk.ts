import type { Acted, ConsoleDesk, Reading, Told } from "../../http/ops/console.ts";
import { casesNow } from "../../projections/console/cases_now.ts";
import { type Figures, readFigures } from "../../projections/console/figures.ts";
import { ordersNow } from "../../projections/console/orders_now.ts";
import { outgoingNow, pausedCarriers } from "../../projections/console/outgoing_now.ts";
import type { Sql } from "../../projections/database.ts";
import type { Broker } from "../../streams/broker/broker.ts";
import { Fault } from "../../streams/faults.ts";
import { recorded } from "../../streams/operations/acts.ts";
import type { Runtime } from "../../streams/runtime.ts";
import { Failure } from "../cli/failure.ts";
import { type DeadLetterSource, foundIn } from "../operate/dead_letters.ts";
import type { CarriersHeard } from "./carriers_heard.ts";
import { Kept } from "./kept.ts";
import { readHeldNow, readLog } from "./log_now.ts";
import { type OperatorKeys, operatorsOf } from "./operators.ts";

export interface DeskOptions extends OperatorKeys {
  readonly broker: Broker;
  readonly runtime: Pick<Runtime, "nowMs" | "elapsedMs" | "after" | "newId">;
  /** A pool of the console's own: nobody else waits for its statements. */
  readonly sql: Sql;
  readonly sources: readonly DeadLetterSource[];
  readonly heard: CarriersHeard;
  /** Told of what cannot be read because of a defect of ours. */
  readonly report: (error: unknown) => void;
}

/** How long what was read is good: what costs more is read less often. */
const keptMs = { log: 4_000, held: 20_000, figures: 60_000 } as const;

/** The console's desk on the real system. */
export function consoleDesk(options: DeskOptions): ConsoleDesk {
  const { broker, runtime, sql, sources, heard, report } = options, { nowMs, elapsedMs } = runtime;
  const orders = ordersNow(sql), now = () => new Date(nowMs());
  const log = new Kept(() => readLog(broker, sql, nowMs()), keptMs.log, elapsedMs);
  const held = new Kept(() => readHeldNow(broker, runtime, sources), keptMs.held, elapsedMs);
  const figures = new Map<number, Kept<Figures>>();
  const told = async <T>(read: () => Promise<T>): Promise<Told<T>> => {
    try {
      return { known: await read() };
    } catch (error) {
      if (error instanceof Failure || error instanceof Fault) return { unknown: error.message };
      report(error);
      return { unknown: "Cannot read this part: a defect of ours, which was reported" };
    }
  };
  return {
    ...operatorsOf(options),
    read: async (): Promise<Reading> => {
      // One after the other on one connection; the log answers beside them.
      const beside = [told(() => log.get()), told(() => held.get())] as const;
      return {
        atMs: nowMs(),
        orders: await told(() => orders(now())),
        outgoing: await told(() => outgoingNow(sql)),
        cases: await told(() => casesNow(sql, now())),
        carriers: await told(async () => heard.now(await pausedCarriers(sql, now()))),
        log: await beside[0],
        held: await beside[1],
      };
    },
    figures: ({ days }) => {
      let kept = figures.get(days);
      if (kept === undefined) {
        kept = new Kept(() => readFigures(sql, { days, now: now() }), keptMs.figures, elapsedMs);
        figures.set(days, kept);
      }
      return kept.get();
    },
    deadLetter: async (id) => {
      const found = foundIn(sources, id);
      return await found?.source.show(found.key);
    },
    settle: async (does, id, act) => {
      const found = foundIn(sources, id);
      if (found === undefined) {
        return { done: false, said: `Cannot ${does} ${id}: there is no such dead letter` };
      }
      const work = () => found.source[does](found.key, act);
      try {
        const said = await recorded(broker, runtime, {
          act: { ...act, does: `dead-letters ${does}`, to: id, details: { from: "console" } },
          work,
        });
        return { done: true, said };
      } catch (error) {
        return refused(error);
      } finally {
        held.forget();
      }
    },
  };
}

/** What the operator is to know is said; a defect is not. */
function refused(error: unknown): Acted {
  if (error instanceof Failure || error instanceof Fault) return { done: false, said: error.message };
  throw error;
}
