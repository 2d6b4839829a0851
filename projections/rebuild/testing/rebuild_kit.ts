import { setTimeout as sleep } from "node:timers/promises";
import { type TestDatabase, testDatabase } from "../../../ops/testing/postgres.ts";
import { startTestNats, type TestNats } from "../../../ops/testing/nats.ts";
import type { Broker } from "../../../streams/broker/broker.ts";
import { connectJetStream } from "../../../streams/broker/jetstream.ts";
import { evenPartitions } from "../../../streams/partition_map.ts";
import { ensureStreams } from "../../../streams/streams.ts";
import { systemRuntime } from "../../../streams/system_runtime.ts";
import { allProjections } from "../../all.ts";
import { openDatabase, type Sql, transaction, type Tx } from "../../database.ts";
import { migrate } from "../../migrate.ts";
import { type Projection, schemaOf } from "../../projection.ts";
import type { Projector } from "../../projector.ts";
import { unwatchedProjector } from "../../projector_observer.ts";
import { aBusyDay } from "../../testing/busy_day.ts";
import { projectorOf, until } from "../../testing/running.ts";
import { line, placing, receiving, scanning, shipping, TownLog } from "../../testing/town_log.ts";
import type { StoredPosition } from "../../row_store.ts";
import { build, compare, type RebuildOptions, swap } from "../rebuild.ts";
import { dropRowSet, nextOf, oldOf } from "../row_sets.ts";

const runtime = systemRuntime("test");
export const refusing = { acceptDifferences: false }, accepting = { acceptDifferences: true };

/** A system at work: real servers, a town whose orders keep coming, and a projector. */
export class Town {
  readonly broker: Broker;
  readonly sql: Sql;
  readonly natsUrl: string;
  readonly databaseUrl: string;
  readonly log: TownLog;
  readonly #nats: TestNats;
  readonly #database: TestDatabase;
  readonly #projector: Projector<Sql, Tx>;
  readonly #running: Promise<void>;
  #orders = 100;
  last = 0;
  /** How often the projector was told that its rows are others now. */
  replaced = 0;

  static async open(): Promise<Town> {
    const nats = await startTestNats(), database = await testDatabase();
    await migrate(database.url);
    const broker = await connectJetStream({ servers: nats.url, name: "test" });
    await ensureStreams(broker, 1);
    return new Town(nats, database, broker);
  }

  private constructor(nats: TestNats, database: TestDatabase, broker: Broker) {
    this.#nats = nats;
    this.#database = database;
    this.broker = broker;
    this.natsUrl = nats.url;
    this.databaseUrl = database.url;
    this.sql = openDatabase({ url: database.url, connectionsMax: 12 });
    this.log = new TownLog(broker);
    const interrupted = ({ code }: { readonly code: string }) => {
      if (code === "projection.replaced") this.replaced++;
    };
    const observer = { ...unwatchedProjector, interrupted };
    this.#projector = projectorOf({ broker, sql: this.sql, observer });
    this.#running = this.#projector.run();
  }

  /** Orders, parcels and goods, once. */
  async begin(): Promise<void> {
    await aBusyDay(this.log);
    await this.log.turn(receiving("A", 5_000));
    for (let n = 10; n < 20; n++) {
      await this.log.turn(placing(n, [line("A", 1)]));
      await this.log.turn(shipping(n, `token-${n}`));
      this.last = await this.log.turn(scanning(n, "in_transit", this.log.nowMs));
    }
    await this.projected();
  }

  async order(): Promise<number> {
    return this.last = await this.log.turn(placing(this.#orders++, [line("A", 1)]));
  }

  /** Orders come until the work is done. */
  async whileOrdersCome<T>(work: () => Promise<T>): Promise<T> {
    let done = false;
    const buying = (async () => {
      while (!done) {
        await this.order();
        await sleep(2);
      }
    })();
    try {
      return await work();
    } finally {
      done = true;
      await buying;
    }
  }

  projected(): Promise<void> {
    return Promise.race([this.#running, until(() => this.#projector.sequence >= this.last)]);
  }

  options(projection: Projection<Sql, Tx>, more: Partial<RebuildOptions> = {}): RebuildOptions {
    return {
      ...{ broker: this.broker, runtime, sql: this.sql, projection, code: "test" },
      partitions: evenPartitions(1).partitions,
      pace: { busy: () => false, shareMax: 1, restMsMax: 0, busyRecordsPerSecond: 0 },
      observer: { interrupted: () => {}, filled: () => {} },
      ...more,
    };
  }

  /** Built, compared, and put in place of those that are read. */
  async swapped(projection: Projection<Sql, Tx>, accepted = refusing): Promise<readonly StoredPosition[]> {
    const options = this.options(projection);
    await build(options);
    return await swap(options, await compare(options), accepted);
  }

  async rowsOf(table: string): Promise<readonly string[]> {
    const rows = await this.sql<{ row: string }[]>`select t::text as row from ${
      this.sql(table)
    } t order by 1`;
    return rows.map(({ row }) => row);
  }

  /** Leaves only the rows that are read. */
  async dropBeside(): Promise<void> {
    const schemas = allProjections().map(schemaOf).flatMap((schema) => [nextOf(schema), oldOf(schema)]);
    await transaction(this.sql, async (tx) => {
      for (const schema of schemas) await dropRowSet(tx, schema);
    });
  }

  async close(): Promise<void> {
    this.#projector.stop();
    await this.#running;
    await this.broker.close();
    await this.sql.end({ timeout: 5 });
    await this.#database.drop();
    await this.#nats.stop();
  }
}
