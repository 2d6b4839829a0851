import type { z } from "zod";
import { locationEventSchemas } from "./location_events.ts";
import { orderEventSchemas } from "./order_events.ts";
import { orderMoneyEventSchemas } from "./order_money_events.ts";
import { parcelEventSchemas } from "./parcel_events.ts";
import { personEventSchemas } from "./person_events.ts";
import { payoutEventSchemas } from "./payout_events.ts";
import { creditEventSchemas, seriesEventSchemas } from "./series_events.ts";
import { returnEventSchemas } from "./return_schemas.ts";
import { skuEventSchemas } from "./sku_events.ts";
import { stockDocEventSchemas } from "./stockdoc_events.ts";

/** The data of every event type and version that the log may hold, by `type@version`. */
export const eventSchemas: Readonly<Record<string, z.ZodType>> = {
  ...locationEventSchemas,
  ...orderEventSchemas,
  ...orderMoneyEventSchemas,
  ...parcelEventSchemas,
  ...payoutEventSchemas,
  ...personEventSchemas,
  ...creditEventSchemas,
  ...seriesEventSchemas,
  ...returnEventSchemas,
  ...skuEventSchemas,
  ...stockDocEventSchemas,
};
