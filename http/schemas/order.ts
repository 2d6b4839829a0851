import { z } from "@hono/zod-openapi";
import { parseDecimal } from "../../actors/money/decimal.ts";
import { isDecimal } from "../decimal.ts";
import type { FieldError } from "../problems.ts";
import type { Parsed } from "../body.ts";
import { isRecord, validate } from "./issues.ts";
import { amount, currency, decimal, placesIssue, taxRate } from "./money.ts";
import * as field from "./text.ts";
import { time } from "./time.ts";

export const orderLinesMax = 2_000;
export const orderQuantityMax = 1_000_000;
const holdMinutesMax = 1_440;

const address = z.object({
  name: field.text(200).optional(),
  company: field.text(200).optional(),
  line1: field.text(200).optional(),
  line2: field.text(200).optional(),
  city: field.text(200).optional(),
  region: field.text(200).optional(),
  postalCode: field.text(32).optional(),
  country: field.country,
});

export const customer = z.object({
  id: field.text(128).optional(),
  name: field.text(200).optional(),
  email: field.email.optional(),
  phone: field.phone.optional(),
  language: field.language.optional(),
  address: address.optional(),
}).openapi("Customer", {
  description: "Kept apart from the order's history, so that a person can be erased.",
});

const orderLine = z.object({
  sku: field.sku,
  description: field.text(500).optional().openapi({
    description:
      "What documents call it; when absent, the SKU's own description as it is when the order is placed.",
  }),
  quantity: field.quantity(orderQuantityMax),
  unitPrice: decimal,
  discount: amount.default("0").openapi({
    description: "An amount off the line, at most quantity × unit price.",
  }),
  taxRate: taxRate.default("0"),
}).openapi("OrderLineInput");

const shipping = z.object({
  amount,
  taxRate: taxRate.default("0"),
  service: field.text(64).optional(),
}).openapi("ShippingInput");

export const orderBody = z.object({
  channel: field.channel,
  orderNumber: field.orderNumber,
  placedAt: time.optional().openapi({ description: "When absent, the time of arrival." }),
  currency,
  customer: customer.optional(),
  lines: z.array(orderLine).min(1, { error: "must have at least one line" }).max(orderLinesMax),
  shipping: shipping.optional(),
  pricesIncludeTax: z.boolean().default(false),
  payment: z.enum(["captured", "pending"]).default("captured"),
  holdMinutes: z.int().min(1).max(holdMinutesMax).default(10),
  promisedBy: time.optional().openapi({
    description:
      "By when the customer was promised all of it; a shipment may say another time of its parcel.",
  }),
  stockPolicy: z.enum(["reject", "ship_available", "backorder"]).default("reject"),
}).openapi("OrderInput");
export type OrderBody = z.output<typeof orderBody>;

export function parseOrder(body: unknown): Parsed<OrderBody> {
  return validate(orderBody, body, { caps: { lines: orderLinesMax }, cross: orderIssues });
}

/** What no field tells alone; also said of bodies that are wrong elsewhere, so that one answer names everything. */
function orderIssues(body: unknown): readonly FieldError[] {
  if (!isRecord(body)) return [];
  const errors: FieldError[] = [];
  const { currency: code, lines, shipping } = body;
  if (Array.isArray(lines)) {
    lines.forEach((line: unknown, index) => {
      const detail = isRecord(line) ? discountIssue(line, code) : undefined;
      if (detail !== undefined) errors.push({ pointer: `/lines/${index}/discount`, detail });
    });
  }
  const places = isRecord(shipping) ? placesIssue(shipping.amount, code) : undefined;
  if (places !== undefined) errors.push({ pointer: "/shipping/amount", detail: places });
  return errors;
}

function discountIssue(
  { discount, quantity, unitPrice }: Record<string, unknown>,
  code: unknown,
): string | undefined {
  if (discount === undefined || discount === "0") return undefined;
  const places = placesIssue(discount, code);
  if (places !== undefined) return places;
  if (!isDecimal(discount) || !isDecimal(unitPrice) || !Number.isSafeInteger(quantity)) return undefined;
  const most = parseDecimal(unitPrice) * BigInt(quantity as number);
  return parseDecimal(discount) > most ? "must be at most quantity × unitPrice" : undefined;
}

export const paymentBody = z.object({
  status: z.enum(["captured", "failed"]),
  reference: field.reference,
}).openapi("PaymentInput");

export const cancelBody = z.object({
  reason: field.requiredText(500),
  lines: z.array(z.object({ sku: field.sku, quantity: field.quantity(orderQuantityMax * orderLinesMax) }))
    .min(1, { error: "must have at least one line; leave it out to cancel everything" }).max(orderLinesMax)
    .optional(),
}).openapi("CancelInput");
