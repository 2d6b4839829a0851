import { accept, type Decision, reject } from "../actor.ts";
import type { FindShipment } from "../commands.ts";
import { answerOf, shipTopic } from "./answers.ts";
import type { OrderEvent } from "./events.ts";
import type { OrderRejection } from "./rejections.ts";
import type { KnownOrder } from "./state.ts";

/** Is it a shipment of this order? Of one that is not decided yet, the answer is told as soon as it is. */
export function findShipment(
  state: KnownOrder,
  { shipment }: FindShipment,
): Decision<OrderEvent, OrderRejection> {
  const known = state.shipments.find((one) => one.shipment === shipment);
  if (known) return accept([], { reply: answerOf(state, shipTopic(known.reference)) });
  const deferred = state.waiting.find((one) => one.type === "ship" && one.shipment === shipment);
  const asked = state.shipping?.request.shipment === shipment ? state.shipping.request : deferred;
  if (asked && "reference" in asked) return accept([], { reply: { later: shipTopic(asked.reference) } });
  return reject({
    reason: "unknown-shipment",
    detail: `Cannot find shipment ${shipment}: the order has none such`,
  });
}
