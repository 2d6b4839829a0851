import { accept, type Accepted, type Cause, reject, type Rejected, type Rejection } from "../actor.ts";
import type { RefundOrder, SettleRefund } from "../money_commands.ts";
import { formatMinor, minorOf, parseMinor } from "../money/decimal.ts";
import { answeredAs, answerOf, refundTopic, settledTopic } from "./answers.ts";
import { refuse } from "./decide_payment.ts";
import { begin, finish, record } from "./draft.ts";
import type { OrderEvent, OrderRefusal } from "./events.ts";
import { booksOf, exponent } from "./money_state.ts";
import { mismatch, type OrderRejection, tooPrecise, unknownReturn } from "./rejections.ts";
import type { KnownOrder } from "./state.ts";
import { capturedAmount } from "./view.ts";

type RefundDecision = Accepted<OrderEvent> | Rejected<OrderRejection>;

/** Natural keys hold for ever: beyond this many an order takes no more, refused ones included. */
export const refundsMax = 1_000;

/** Money goes back: once for each reference, and never more than came in (DOMAIN 6). */
export function decideRefund(state: KnownOrder, command: RefundOrder, cause: Cause): RefundDecision {
  const topic = refundTopic(command.reference), { refunds } = booksOf(state);
  const known = refunds.find(({ requested }) => requested.reference === command.reference);
  const earlier = known?.requested ?? answeredAs(state, topic);
  if (earlier) {
    if (earlier.fingerprint !== command.fingerprint) return reject(mismatch);
    return accept([], { reply: { ...answerOf(state, topic), replayed: true } });
  }
  const refused = state.answers.filter((answered) => answered.topic.startsWith(refundTopic("")));
  if (refunds.length + refused.length >= refundsMax) return reject(tooManyRefunds);
  const stranger = unknownReturn(state, command);
  if (stranger) return reject(stranger);
  if (parseMinor(command.amount, exponent(state)) === undefined) {
    return reject(tooPrecise(state.placed, command.amount));
  }
  const draft = begin(state, cause);
  const refusal = refusalOf(state, command);
  if (refusal) refuse(draft, command, refusal);
  else {
    const { type: _, ...data } = command;
    record(draft, "order.refund_requested", { ...data, atMs: cause.atMs });
  }
  return finish(draft, answerOf(draft.state, topic));
}

const tooManyRefunds: OrderRejection = {
  reason: "too-many-refunds",
  detail: `Cannot refund the order: it has ${refundsMax} refunds already`,
};

function refusalOf(state: KnownOrder, { amount: text }: RefundOrder): Rejection<OrderRefusal> | undefined {
  const places = exponent(state), { currency } = state.placed;
  const amount = minorOf(text, places);
  const left = capturedAmount(state) - refunded(state);
  if (amount <= left) return undefined;
  const detail = `Cannot refund ${text} ${currency}: ${
    formatMinor(left, places)
  } of what was captured is left`;
  return { reason: "refund-exceeds-captured", detail };
}

/** What went back or is on its way. */
function refunded(state: KnownOrder): bigint {
  const places = exponent(state);
  return booksOf(state).refunds
    .filter(({ settled }) => settled !== "failed")
    .reduce((sum, { requested }) => sum + minorOf(requested.amount, places), 0n);
}

/** What the payment provider says of it, once for ever; a failed refund may be asked for again under another reference. */
export function settleRefund(state: KnownOrder, command: SettleRefund, cause: Cause): RefundDecision {
  const { refund, status, by } = command;
  const known = booksOf(state).refunds.find(({ requested }) => requested.refund === refund);
  if (known === undefined) {
    return reject({
      reason: "unknown-refund",
      detail: `Cannot find refund ${refund}: the order has none of it`,
    });
  }
  const topic = settledTopic(refund);
  if (known.settled === undefined) {
    const draft = begin(state, cause);
    record(draft, "order.refund_settled", { refund, status, by, atMs: cause.atMs });
    return finish(draft, answerOf(draft.state, topic));
  }
  if (known.settled === status) return accept([], { reply: { ...answerOf(state, topic), replayed: true } });
  return reject({
    reason: "refund-settled",
    detail: `Cannot say that the refund ${status}: it ${known.settled}`,
  });
}
