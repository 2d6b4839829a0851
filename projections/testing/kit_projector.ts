import { decodeRecord } from "../../streams/record_text.ts";
import { systemRuntime } from "../../streams/system_runtime.ts";
import { Projector, type ProjectorOptions } from "../projector.ts";
import type { RowsKit } from "./rows_kit.ts";
import { until } from "./running.ts";

export const partition = 0;
const runtime = systemRuntime("test");

/** A projector of a kit's orders and stock, unless the options say otherwise. */
export function projectorOn<Db, Tx>(
  kit: RowsKit<Db, Tx>,
  options: Pick<ProjectorOptions<Db, Tx>, "broker"> & Partial<ProjectorOptions<Db, Tx>>,
): Projector<Db, Tx> {
  return new Projector({
    ...{ runtime, rows: kit.rows, projections: [kit.orders, kit.stock], decode: decodeRecord, partition },
    ...options,
  });
}

/** Runs it until all its rows include the record, and stops it. Rejects with what ended it. */
export async function projectAll<Db, Tx>(sequence: number, projector: Projector<Db, Tx>): Promise<void> {
  const running = projector.run();
  await Promise.race([running, until(() => projector.sequence >= sequence)]);
  projector.stop();
  await running;
}
