import { z } from "zod";
import type {
  AdjustStock,
  CancelOrder,
  DescribeLocation,
  DescribeSku,
  ErasePerson,
  FindShipment,
  LocationCommandFromOutside,
  OrderCommandFromOutside,
  ParcelCommandFromOutside,
  PersonCommandFromOutside,
  PlaceOrder,
  ReceiveGoods,
  RecordPayment,
  ShipOrder,
  SkuCommandFromOutside,
  StockDocCommandFromOutside,
} from "../../actors/commands.ts";
import type { CreditCommandFromOutside, SeriesCommandFromOutside } from "../../actors/money_commands.ts";
import type { PayoutCommandFromOutside } from "../../actors/payout/payout_commands.ts";
import type { Read } from "../../actors/protocol.ts";
import { creditOrder, describeSeller, issueCredit, refundOrder, settleRefund } from "./invoice_commands.ts";
import type { ReturnCommandFromOutside } from "../../actors/return/return_commands.ts";
import {
  actorId,
  currency,
  decimal,
  delta,
  fields,
  fingerprint,
  location,
  orderId,
  priority,
  request,
  schemaOf,
  shipmentId,
  sku,
  text,
  timeMs,
  timestamp,
  units,
} from "./shape.ts";
import {
  answerCustomer,
  askShop,
  assignCase,
  closeCase,
  correctScans,
  noteCase,
  scanParcel,
  tellLane,
} from "./parcel_commands.ts";
import { matchPayout, recordPayout, writeOffLine } from "./payout_events.ts";
import { endReturn, gradeReturn, receiveReturn, returnGoods } from "./return_schemas.ts";

/** The commands from outside, as the edge puts them into COMMANDS: `<kind of actor>.<command type>`. */

const quantity = units;

export const placeOrder = schemaOf<PlaceOrder>()(fields("Places an order.", {
  type: z.literal("place"),
  fingerprint,
  order: orderId,
  channel: text,
  orderNumber: text,
  placedAt: timestamp,
  currency,
  lines: z.array(z.strictObject({
    sku,
    quantity,
    unitPrice: decimal,
    discount: decimal,
    taxRate: decimal,
    description: text.optional(),
  })),
  shipping: z.strictObject({ amount: decimal, taxRate: decimal, service: text.optional() }).optional(),
  pricesIncludeTax: z.boolean(),
  payment: z.enum(["captured", "pending"]),
  holdMinutes: z.int().describe("How long stock is held while the payment is pending"),
  stockPolicy: z.enum(["reject", "ship_available", "backorder"]),
  promisedMs: timeMs.optional().describe("By when the customer was promised all of it"),
  returnWindowMs: z.int().min(1).optional().describe(
    "How long after its delivery goods may come back; absent: for ever, and the order never closes",
  ),
  personal: z.boolean().describe("Whether there was a customer block; it lies in PERSONAL"),
  customerMark: text.optional().describe("Keyed mark of the customer block"),
  invoicing: z.strictObject({
    entity: text,
    on: z.enum(["on_confirm", "on_shipment", "on_delivery"]),
    flatShipping: z.enum(["first", "pro_rata"]),
    taxMode: z.enum(["document", "per_line"]),
  }).optional().describe("How it is invoiced; absent: by the main entity, on shipment"),
}));

export const recordPayment = schemaOf<RecordPayment>()(fields("Says how the payment of an order ended.", {
  type: z.literal("payment"),
  fingerprint,
  status: z.enum(["captured", "failed"]),
  reference: text,
}));

export const cancelOrder = schemaOf<CancelOrder>()(fields("Cancels an order, or some of it.", {
  type: z.literal("cancel"),
  fingerprint,
  request,
  reason: text,
  lines: z.array(z.strictObject({ sku, quantity })).optional().describe("Absent: all that is not shipped"),
}));

export const shipOrder = schemaOf<ShipOrder>()(fields("Says that a parcel of the order was handed over.", {
  type: z.literal("ship"),
  fingerprint,
  shipment: shipmentId,
  token: text.describe("What the tracking page is asked for by"),
  reference: text,
  location,
  carrier: text,
  service: text.optional(),
  trackingNumber: text.describe("In upper case and without blanks"),
  promisedMs: timeMs.optional().describe("By when the customer was promised this parcel"),
  lines: z.array(z.strictObject({ sku, quantity })),
}));

const findShipment = schemaOf<FindShipment>()(fields("Asks an order whether a shipment is its own.", {
  type: z.literal("find_shipment"),
  shipment: shipmentId,
}));

const read = schemaOf<Read>()(fields("Asks an actor how it stands.", { type: z.literal("read") }));

const describeSku = schemaOf<DescribeSku>()(fields("Describes a SKU.", {
  type: z.literal("describe"),
  description: text,
  barcode: text.optional(),
  taxCategory: text.optional(),
  stocked: z.boolean().describe("False: a service, without stock"),
  safetyStock: z.record(z.string(), units).describe("By location"),
  backorderLimit: units.nullable().describe("null: no limit; 0: never"),
  weightGrams: z.number().optional(),
}));

const describeLocation = schemaOf<DescribeLocation>()(fields("Describes a location.", {
  type: z.literal("describe"),
  name: text,
  country: text.describe("ISO 3166-1 alpha-2"),
  postalCode: text.optional(),
  latitude: z.number().optional(),
  longitude: z.number().optional(),
  priority,
}));

const receiveGoods = schemaOf<ReceiveGoods>()(fields("Receives goods at a location.", {
  type: z.literal("receipt"),
  fingerprint,
  location,
  reference: text,
  lines: z.array(z.strictObject({ sku, quantity })),
}));

const adjustStock = schemaOf<AdjustStock>()(fields("Adjusts stock at a location, all or nothing.", {
  type: z.literal("adjustment"),
  fingerprint,
  location,
  reference: text,
  reason: text,
  force: z.boolean().describe("Takes goods away even when they are claimed"),
  lines: z.array(z.strictObject({ sku, delta })),
}));

const erasePerson = schemaOf<ErasePerson>()(fields("Forgets a person.", {
  type: z.literal("erase"),
  actors: z.array(actorId).describe("What the person's data came with"),
  kept: z.array(actorId).describe("Whose party block stays, as tax law wants"),
}));

type Named<Kind extends string, C extends { readonly type: string }> = `${Kind}.${C["type"]}`;
type CommandName =
  | Named<"order", OrderCommandFromOutside>
  | Named<"sku", SkuCommandFromOutside>
  | Named<"location", LocationCommandFromOutside>
  | Named<"stockdoc", StockDocCommandFromOutside>
  | Named<"parcel", ParcelCommandFromOutside>
  | Named<"payout", PayoutCommandFromOutside>
  | Named<"person", PersonCommandFromOutside>
  | Named<"series", SeriesCommandFromOutside>
  | Named<"credit", CreditCommandFromOutside>
  | Named<"return", ReturnCommandFromOutside>;

/** A command without a schema does not compile. */
export const commandSchemas = {
  "order.place": placeOrder,
  "order.payment": recordPayment,
  "order.cancel": cancelOrder,
  "order.ship": shipOrder,
  "order.return": returnGoods,
  "order.find_shipment": findShipment,
  "order.credit": creditOrder,
  "order.refund": refundOrder,
  "order.refund.settle": settleRefund,
  "order.read": read,
  "sku.describe": describeSku,
  "sku.read": read,
  "location.describe": describeLocation,
  "location.read": read,
  "stockdoc.receipt": receiveGoods,
  "stockdoc.adjustment": adjustStock,
  "stockdoc.read": read,
  "parcel.scans": scanParcel,
  "parcel.correct": correctScans,
  "parcel.lane": tellLane,
  "parcel.case.note": noteCase,
  "parcel.case.assign": assignCase,
  "parcel.case.close": closeCase,
  "parcel.customer_ask": askShop,
  "parcel.customer_answer": answerCustomer,
  "parcel.read": read,
  "payout.record": recordPayout,
  "payout.match": matchPayout,
  "payout.write_off": writeOffLine,
  "payout.read": read,
  "person.erase": erasePerson,
  "person.read": read,
  "series.describe": describeSeller,
  "series.read": read,
  "credit.issue_credit": issueCredit,
  "credit.read": read,
  "return.receive": receiveReturn,
  "return.grade": gradeReturn,
  "return.cancel": endReturn,
  "return.settle": endReturn,
  "return.read": read,
} as const satisfies Record<CommandName, z.ZodType>;
