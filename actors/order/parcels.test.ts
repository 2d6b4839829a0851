import { describe, test } from "vitest";
import { A, cancel, confirmed, packed, parcel, part, released, ship, status, stock } from "./specs.ts";

const shipped = confirmed.after(ship([[A, 6]]), stock(packed(A)));
const two = confirmed.after(ship([[A, 2]]), stock(packed(A)), ship([[A, 4]], "2"), stock(packed(A, "2")));

describe("what carriers say of an order's parcels", () => {
  test("is recorded with the order", () =>
    shipped.when(parcel("exception", 2, { subStatus: "held" })).thenEvents({
      type: "order.parcel_moved",
      version: 1,
      data: { shipment: "shp_1", status: "exception", subStatus: "held", atMs: 2, version: 2 } as never,
    }).thenAnswers(status("shipped")));

  test("delivers the order when all of its parcels are delivered", () => {
    shipped.when(parcel("delivered", 3)).thenAnswers(status("delivered"));
    two.when(parcel("delivered", 3)).thenAnswers(status("shipped"))
      .and().when(parcel("delivered", 1, { reference: "2" })).thenAnswers(status("delivered"));
  });

  test("delivers no order of which some is still to ship", () => {
    const some = confirmed.after(ship([[A, 2]]), stock(packed(A)), parcel("delivered", 1));
    some.when({ type: "read" }).thenAnswers(status("partially_shipped"));
    some.after(cancel()).when(stock(released(A, [part(4)]))).thenAnswers(status("delivered"));
  });

  test("takes the delivery back when it goes back to its sender", () =>
    shipped.after(parcel("delivered", 3)).when(parcel("return_to_sender", 4)).thenAnswers(status("shipped")));

  test("said twice, or overtaken, changes nothing", () => {
    const delivered = shipped.after(parcel("delivered", 3));
    delivered.when(parcel("delivered", 3)).thenNothing();
    delivered.when(parcel("in_transit", 2)).thenNothing();
    shipped.when(parcel("delivered", 3, { reference: "nobody's" })).thenNothing();
  });

  test("does not wait for SKUs", () => {
    const busy = confirmed.after(ship([[A, 2]]), stock(packed(A)), ship([[A, 4]], "2"));
    busy.when(parcel("delivered", 1)).thenEventTypes("order.parcel_moved")
      .and().when(stock(packed(A, "2"))).thenAnswers(status("shipped"));
  });

  test("changes no earlier answer", () =>
    shipped.after(parcel("delivered", 3)).when(ship([[A, 6]])).thenReplies({
      ok: true,
      replayed: true,
      value: { shipmentId: "shp_1" },
    }));
});
