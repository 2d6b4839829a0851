import type { Sql } from "../../projections/database.ts";
import type { Broker } from "../../streams/broker/broker.ts";
import { readMap } from "../../streams/cluster/map_store.ts";
import type { Progress } from "../cli/progress.ts";
import { eraseRows, untilRowsFollow } from "./erase_rows.ts";
import {
  eraseCallbacks,
  eraseCommands,
  type EraseOptions,
  erasePersonal,
  erasePush,
} from "./erase_streams.ts";
import type { ErasingLock } from "./erasing_lock.ts";
import type { FoundPerson } from "./find_person.ts";

/** First what is told to be the person's by texts of theirs: as long as any of it is left, they can be found again. */
export async function eraseAll(
  broker: Broker,
  { sql, found: { actors, kept, unique }, progress, lock, runtime }: {
    readonly sql: Sql;
    readonly found: FoundPerson;
    readonly progress: Progress;
    readonly runtime: EraseOptions["runtime"];
    readonly lock: ErasingLock;
  },
): Promise<Record<string, number>> {
  const erased = { actors: new Set<string>(actors), kept: new Set<string>(kept) }, { sleep } = runtime;
  const options: EraseOptions = { broker, erased, unique, progress, runtime, lock };
  const { map } = (await readMap(broker))!;
  const callbacks = await eraseCallbacks(options), push = await erasePush(options);
  const commands = await eraseCommands(options, map);
  const personal = await erasePersonal(options);
  const partitions = map.partitions.map(({ partition }) => partition);
  await untilRowsFollow(broker, sql, { partitions, sleep });
  return { commands, personal, callbacks, push, rows: await eraseRows(sql, erased) };
}
