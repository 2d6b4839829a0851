import { orderOf, type Town } from "./town.ts";

/** Words for tests of payouts. */
export const paid = (number: string, reference = `pay-${number}`, amount = "3.00") => ({
  ...{ type: "payment", amount, orderNumber: number, reference },
});
export const fee = { type: "fee", amount: "-0.35", reference: "fee-1" };
export const statement = (lines: readonly unknown[], rest: object = {}) => ({
  ...{ source: "web", reference: "P-1", currency: "GBP", lines },
  ...rest,
});

/** Enough of A for every order. */
export async function stocked(town: Town): Promise<void> {
  const lines = [{ sku: "A", quantity: 90 }];
  await town.call("POST", "/v1/stock/receipts", { location: "LON1", reference: "r1", lines });
}

export const payoutWords = (town: Town) => ({
  /** An order that comes to 3.00 and is paid. */
  order: async (number: string, channel = "web") =>
    (await town.call("POST", "/v1/orders", { ...orderOf(number, ["A"]), channel })).body.orderId,
  post: (body: unknown, headers: Record<string, string> = {}) =>
    town.call("POST", "/v1/payouts", body, headers),
});
