import { createHash } from "node:crypto";
import { ulid } from "ulid";
import { z } from "zod";

/** What both baselines share: the body they accept, checked as fully as the product does, and the money they answer. */

const money = z.string().regex(/^\d{1,12}(\.\d{1,6})?$/);
const rate = z.string().regex(/^[01](\.\d{1,6})?$/);
const line = z.object({
  sku: z.string().min(1).max(64).regex(/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/),
  description: z.string().max(500).optional(),
  quantity: z.int().min(1).max(1_000_000),
  unitPrice: money,
  discount: money.default("0"),
  taxRate: rate.default("0"),
});
export const orderBody = z.object({
  channel: z.string().min(1).max(64),
  orderNumber: z.string().min(1).max(64),
  placedAt: z.iso.datetime({ offset: true }).optional(),
  currency: z.string().regex(/^[A-Z]{3}$/),
  lines: z.array(line).min(1).max(2000),
  payment: z.enum(["captured", "pending"]).default("captured"),
  holdMinutes: z.int().min(1).max(1440).default(10),
  stockPolicy: z.enum(["reject", "ship_available", "backorder"]).default("reject"),
  pricesIncludeTax: z.boolean().default(false),
});
export type OrderBody = z.infer<typeof orderBody>;

export interface PricedLine {
  readonly line: number;
  readonly sku: string;
  readonly quantity: number;
  readonly unitPrice: string;
  readonly taxRate: string;
  readonly net: string;
}
export interface PricedOrder {
  readonly orderId: string;
  readonly channel: string;
  readonly orderNumber: string;
  readonly fingerprint: string;
  readonly placedAt: string;
  readonly currency: string;
  readonly net: string;
  readonly tax: string;
  readonly total: string;
  readonly lines: readonly PricedLine[];
  /** What to take of each SKU, in the order of the codes, so that two orders never lock each other out. */
  readonly demand: readonly { readonly sku: string; readonly quantity: number }[];
}

export interface Shortage {
  readonly sku: string;
  readonly requested: number;
}
export type Placed =
  | { readonly kind: "confirmed" | "replayed"; readonly orderId: string }
  | { readonly kind: "short"; readonly shortages: readonly Shortage[]; readonly replayed: boolean }
  | { readonly kind: "other_body" };

/** One way of placing an order in Postgres. */
export type Place = (order: PricedOrder) => Promise<Placed>;

const micro = 1_000_000n;
const toMicro = (text: string): bigint => {
  const [whole = "0", fraction = ""] = text.split(".");
  return BigInt(whole) * micro + BigInt(fraction.padEnd(6, "0"));
};
const roundedDivide = (value: bigint, by: bigint): bigint => (value + by / 2n) / by;
const toText = (pence: bigint): string => {
  const digits = pence.toString().padStart(3, "0");
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
};

export function priceOrder(body: OrderBody, text: string): PricedOrder {
  const perRate = new Map<string, bigint>(), demand = new Map<string, number>();
  let net = 0n;
  const lines = body.lines.map((line, index) => {
    const lineNet = roundedDivide(
      BigInt(line.quantity) * toMicro(line.unitPrice) - toMicro(line.discount),
      10_000n,
    );
    perRate.set(line.taxRate, (perRate.get(line.taxRate) ?? 0n) + lineNet);
    demand.set(line.sku, (demand.get(line.sku) ?? 0) + line.quantity);
    net += lineNet;
    const { sku, quantity, unitPrice, taxRate } = line;
    return { line: index + 1, sku, quantity, unitPrice, taxRate, net: toText(lineNet) };
  });
  let tax = 0n;
  for (const [rate, amount] of perRate) tax += roundedDivide(amount * toMicro(rate), micro);
  return {
    orderId: `ord_${ulid()}`,
    channel: body.channel,
    orderNumber: body.orderNumber,
    fingerprint: createHash("sha256").update(text).digest("hex"),
    placedAt: body.placedAt ?? new Date().toISOString(),
    currency: body.currency,
    net: toText(net),
    tax: toText(tax),
    total: toText(net + tax),
    lines,
    demand: Array.from(demand, ([sku, quantity]) => ({ sku, quantity })).sort((a, b) =>
      a.sku < b.sku ? -1 : 1
    ),
  };
}

/** The answer of API.md to a confirmed order. */
export function answerOf(order: PricedOrder, orderId: string) {
  const { channel, orderNumber, currency, net, tax, total } = order;
  const lines = order.lines.map(({ line, sku, quantity, net }) => {
    const allocated = [{ location: "LON1", quantity }];
    return { line, sku, quantity, net, allocated, backordered: 0, cancelled: 0, shipped: 0 };
  });
  return { orderId, channel, orderNumber, status: "confirmed", currency, net, tax, total, lines };
}
