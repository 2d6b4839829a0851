import { openDatabase, type Sql } from "../../projections/database.ts";
import type { Broker } from "../../streams/broker/broker.ts";
import { Failure } from "./failure.ts";
import { findSystem, ownConfig } from "./find_system.ts";
import { withBroker } from "./with_broker.ts";

const connectionsMax = 8, statementMsMax = 1_800_000;

/** With the log and the rows of the system that is found, and where those are. */
export function withSystem(
  name: string,
  work: (broker: Broker, sql: Sql, url: string) => Promise<void>,
): Promise<void> {
  return withBroker(name, (broker) => withRows((sql, url) => work(broker, sql, url)));
}

export async function withRows<T>(work: (sql: Sql, url: string) => Promise<T>): Promise<T> {
  const { databaseUrl: url } = findSystem(ownConfig());
  if (url === undefined) throw new Failure("Cannot rebuild: DATABASE_URL is not set");
  const sql = openDatabase({ url, connectionsMax, statementMsMax, name: "waybill rebuild" });
  try {
    return await work(sql, url);
  } finally {
    await sql.end({ timeout: 5 });
  }
}
