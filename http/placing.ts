import type { PlaceOrder } from "../actors/commands.ts";
import { actorId, type OrderId, type Sku } from "../actors/ids.ts";
import type { Asked, Question } from "../streams/edge/asking.ts";
import { type Outcome, outcomeOf } from "./answers.ts";
import type { Parsed } from "./body.ts";
import { canonicalJson, canonicalOrder } from "./canonical.ts";
import type { Edge } from "./edge.ts";
import { orderIdOf } from "./order_id.ts";
import type { Preference } from "./prefer.ts";
import type { Principal } from "./principal.ts";
import { type OrderBody, parseOrder } from "./schemas/order.ts";
import { instantOf, utc } from "./schemas/time.ts";
import { invoicingOf } from "./sellers.ts";

/** An order that may be asked for. */
export interface Placing {
  readonly orderId: OrderId;
  readonly question: Question;
  readonly pending: unknown;
}

export interface PlacingOptions {
  readonly principal: Principal;
  readonly patienceMs: number;
  readonly traceparent?: string;
}

/** From a body to the question that is put to the order's actor, or to what is wrong with it. Does no I/O. */
export function placing(edge: Edge, body: unknown, options: PlacingOptions): Parsed<Placing> {
  const parsed = parseOrder(body);
  if (!parsed.ok) return parsed;
  const order = parsed.value;
  const { principal, patienceMs, traceparent } = options;
  if (principal.channel !== undefined && principal.channel !== order.channel) {
    const detail = `Cannot place order: the API key speaks for another channel than "${order.channel}"`;
    return { ok: false, refusal: { problem: "forbidden", detail } };
  }
  const orderId = orderIdOf(order.channel, order.orderNumber);
  const { channel, orderNumber } = order;
  return {
    ok: true,
    value: {
      orderId,
      pending: { orderId, channel, orderNumber, status: "reserving" },
      question: {
        to: actorId("order", orderId),
        command: commandOf(edge, orderId, order),
        patienceMs,
        ...(order.customer === undefined ? {} : { personal: order.customer }),
        ...(traceparent === undefined ? {} : { traceparent }),
      },
    },
  };
}

/** Copies field by field: what is personal must not slip into a command, which the log keeps for ever. */
function commandOf(edge: Edge, order: OrderId, body: OrderBody): PlaceOrder {
  const placedAt = body.placedAt === undefined ? undefined : utc(instantOf(body.placedAt) ?? 0);
  const customer = body.customer && canonicalJson(body.customer);
  return {
    type: "place",
    fingerprint: edge.fingerprint(canonicalOrder(body, placedAt, customer)),
    order,
    channel: body.channel,
    orderNumber: body.orderNumber,
    placedAt: placedAt ?? utc(edge.nowMs()),
    currency: body.currency,
    lines: body.lines.map((line) => ({ ...line, ...named(edge, line), sku: line.sku as Sku })),
    ...(body.shipping === undefined ? {} : { shipping: body.shipping }),
    pricesIncludeTax: body.pricesIncludeTax,
    payment: body.payment,
    holdMinutes: body.holdMinutes,
    stockPolicy: body.stockPolicy,
    ...(body.promisedBy === undefined ? {} : { promisedMs: instantOf(body.promisedBy) ?? 0 }),
    ...(edge.returnWindowMs === undefined ? {} : { returnWindowMs: edge.returnWindowMs }),
    personal: body.customer !== undefined,
    ...(customer !== undefined && { customerMark: edge.fingerprint(customer) }),
    ...invoicingOf(edge.sellers, body.channel),
  };
}

/** What the shop says of the SKU today, where it says nothing of the line: documents name it so for ever, and look nothing up. */
function named({ stock }: Edge, { sku, description }: OrderBody["lines"][number]) {
  const said = description ?? stock.sku(sku as Sku)?.description;
  return said === undefined ? {} : { description: said };
}

/** Notes what was written, and says what the caller is told. */
export function placed(
  edge: Edge,
  { orderId, pending }: Placing,
  asked: Asked,
  preference: Preference,
): Outcome {
  if (asked.kind === "answered" || asked.kind === "defect") edge.ownWrites.note(orderId, asked.position);
  const outcome = outcomeOf(asked, { status: 201, pending, async: preference.async });
  const { status } = outcome;
  const isSpent = typeof status !== "number" && status.problem === "insufficient-stock";
  return isSpent ? { ...outcome, status: { ...status, orderId } } : outcome;
}
