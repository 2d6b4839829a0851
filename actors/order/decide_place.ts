import { accept, type Accepted, type Cause, type Message } from "../actor.ts";
import type { PlaceOrder } from "../commands.ts";
import { actorId, type Sku } from "../ids.ts";
import { exponentOf } from "../money/currency.ts";
import type { SkuMessageFromOrder, WhenShort } from "../protocol.ts";
import { placeTopic } from "./answers.ts";
import { type OrderEvent, orderEvent, type OrderPlaced } from "./events.ts";
import { bySku, holdId } from "./state.ts";

const msPerMinute = 60_000;
export const whenShortOf = {
  reject: "refuse",
  ship_available: "take_less",
  backorder: "queue",
} as const satisfies { readonly [P in PlaceOrder["stockPolicy"]]: WhenShort };

/** Places an order that nobody knows yet: every SKU is asked for its whole quantity at once. */
export function decidePlace(command: PlaceOrder, cause: Cause): Accepted<OrderEvent> {
  exponentOf(command.currency); // An order that could never be priced must not become a fact.
  const { type: _, ...asPlaced } = command;
  const pending = command.payment === "pending";
  const data: OrderPlaced["data"] = {
    ...asPlaced,
    attempt: 1,
    taxMode: command.invoicing?.taxMode ?? "document",
    ...(pending && { deadlineMs: cause.atMs + command.holdMinutes * msPerMinute }),
  };
  const messages = holdMessages(data, data.attempt, bySku(data.lines));
  return accept([orderEvent("order.placed", data)], { messages, reply: { later: placeTopic } });
}

/** One `hold` for each SKU; with a deadline as long as the order is not paid. */
export function holdMessages(
  placed: OrderPlaced["data"],
  attempt: number,
  asked: ReadonlyMap<Sku, number>,
  paid = placed.payment === "captured",
): Message[] {
  const { order, deadlineMs } = placed;
  const hold = holdId(order, attempt), whenShort = whenShortOf[placed.stockPolicy];
  return Array.from(asked, ([sku, quantity]) => {
    const message: SkuMessageFromOrder = {
      type: "hold",
      hold,
      order,
      quantity,
      whenShort,
      ...(!paid && deadlineMs !== undefined && { deadlineMs }),
    };
    return { to: actorId("sku", sku), message };
  });
}
