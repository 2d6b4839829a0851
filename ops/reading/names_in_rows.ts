import { actorId } from "../../actors/ids.ts";
import { asking, type Sql } from "../../projections/database.ts";
import { invoiceQueries } from "../../projections/invoices/invoice_queries.ts";
import type { NamesInRows } from "./find_actor.ts";

/** The same number may travel with several carriers. */
const parcelsMax = 10;

/** Looks up what customers and carriers write on their papers. */
export function namesInRows(sql: Sql): NamesInRows {
  return {
    parcelsWith: (number) =>
      asking("look for a parcel", async () => {
        const rows = await sql<{ parcel: string }[]>`
          select parcel from parcels_v1.shipments where split_part(parcel, ':', 2) = ${number}
          union select parcel from parcels_v1.parcels where split_part(parcel, ':', 2) = ${number}
          order by parcel limit ${parcelsMax}`;
        return rows.map(({ parcel }) => actorId("parcel", parcel));
      }),
    orderOfDocument: async (number) => {
      const found = await invoiceQueries(sql).find(number), order = found?.document.order?.id;
      return order === undefined ? undefined : actorId("order", order);
    },
  };
}
