import type { DescribeSku, OrderLineInput, PlaceOrder, ReceiveGoods } from "../../../actors/commands.ts";
import { type ActorId, actorId, type LocationCode, type OrderId, type Sku } from "../../../actors/ids.ts";

/** A command from outside, as a customer or a warehouse sends it. */
export interface Call {
  readonly to: ActorId;
  readonly command: { readonly type: string };
}
export type Lines = readonly (readonly [sku: string, units: number])[];

/** Such that shares of them have to be rounded. */
const prices: { readonly [sku: string]: Pick<OrderLineInput, "unitPrice" | "discount" | "taxRate"> } = {
  A: { unitPrice: "1.27", discount: "0.05", taxRate: "0.2" },
  B: { unitPrice: "0.333333", discount: "0", taxRate: "0.2" },
  C: { unitPrice: "2.495", discount: "0.01", taxRate: "0.05" },
  POST: { unitPrice: "0.99", discount: "0", taxRate: "0" },
};
export const orderId = (number: number) => `ord_${number}` as OrderId;
export const linesOf = (lines: Lines) => lines.map(([sku, quantity]) => ({ sku: sku as Sku, quantity }));
export const print = (...parts: readonly unknown[]) => JSON.stringify(parts);

export function place(number: number, lines: Lines, rest: Partial<PlaceOrder>): Call {
  const order = orderId(number);
  const command: PlaceOrder = {
    type: "place",
    order,
    channel: "web",
    orderNumber: String(number),
    placedAt: "2011-12-01T08:26:00Z",
    currency: "GBP",
    lines: linesOf(lines).map((line) => ({ ...line, ...prices[line.sku]! })),
    pricesIncludeTax: false,
    payment: "captured",
    holdMinutes: 10,
    stockPolicy: "reject",
    personal: false,
    fingerprint: print("buy", number, lines, rest),
    ...rest,
  };
  return { to: actorId("order", order), command };
}
export function receive(reference: string, lines: Lines, place: string): Call {
  const location = place as LocationCode;
  const fingerprint = print("receipt", lines);
  const command: ReceiveGoods = { type: "receipt", location, reference, lines: linesOf(lines), fingerprint };
  return { to: actorId("stockdoc", `${location}:${reference}`), command };
}
export function describe(sku: string, rest: Partial<DescribeSku>): Call {
  const command: DescribeSku = {
    type: "describe",
    description: sku,
    stocked: true,
    safetyStock: {},
    backorderLimit: null,
    ...rest,
  };
  return { to: actorId("sku", sku), command };
}
