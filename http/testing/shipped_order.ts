import { openTown, orderOf, type Town } from "./town.ts";

/** A town with an order of two A in two lines and one B, all of which has left from LON1 in the parcel `ups:1Z1`; 3 A and 4 B are left there. */
export async function shippedOrder(): Promise<{
  readonly town: Town;
  readonly orderId: string;
  readonly shipmentId: string;
}> {
  const town = await openTown();
  const lines = [{ sku: "A", quantity: 5 }, { sku: "B", quantity: 5 }];
  await town.call("POST", "/v1/stock/receipts", { location: "LON1", reference: "r1", lines });
  const placed = await town.call("POST", "/v1/orders", orderOf("1", ["A", "B", "A"]));
  const orderId = placed.body.orderId!;
  const parcel = { reference: "P1", location: "LON1", carrier: "ups", trackingNumber: "1Z1" };
  const left = [{ sku: "A", quantity: 2 }, { sku: "B", quantity: 1 }];
  const shipped = await town.call("POST", `/v1/orders/${orderId}/shipments`, { ...parcel, lines: left });
  return { town, orderId, shipmentId: shipped.body.shipmentId! };
}
