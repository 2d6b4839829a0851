import { openDatabase, type Sql } from "../../projections/database.ts";

/** One connection, to a database that may not answer. */
export const openRows = (url: string): Sql =>
  openDatabase({ url, connectionsMax: 1, connectMsMax: 8_000, name: "waybill doctor" });
