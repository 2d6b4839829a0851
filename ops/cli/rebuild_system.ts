import type { Sql } from "../../projections/database.ts";
import type { Broker } from "../../streams/broker/broker.ts";
import { withBroker } from "./with_broker.ts";
import { withRows } from "./with_rows.ts";

const connectionsMax = 8, statementMsMax = 1_800_000;

/** With the log and the rows of the system that is found, and where those are. */
export function withSystem(
  does: "rebuild" | "roll back",
  work: (broker: Broker, sql: Sql, url: string) => Promise<void>,
): Promise<void> {
  const options = { connectionsMax, statementMsMax };
  return withBroker(
    `waybill ${does}`,
    (broker) => withRows(does, (sql, url) => work(broker, sql, url), options),
  );
}
