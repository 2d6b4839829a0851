import { accept, type Accepted, type Cause, reject, type Rejected } from "../actor.ts";
import type { CreditOrder } from "../money_commands.ts";
import { parseMinor } from "../money/decimal.ts";
import { answeredAs, answerOf, creditTopic } from "./answers.ts";
import { contentWanted } from "./credit_wanted.ts";
import { refuse } from "./decide_payment.ts";
import { creditMessage } from "./document_draft.ts";
import { begin, type Draft, finish, record } from "./draft.ts";
import type { OrderEvent } from "./events.ts";
import type { OrderCreditRequested } from "./money_events.ts";
import { booksOf, exponent } from "./money_state.ts";
import { mismatch, type OrderRejection, tooPrecise, unknownReturn } from "./rejections.ts";
import type { KnownOrder } from "./state.ts";

/** Natural keys hold for ever: beyond this many an order takes no more, refused ones included. */
export const creditsMax = 1_000;

/** Gives back what was invoiced: once for each reference, and never more than is left. */
export function decideCredit(
  state: KnownOrder,
  command: CreditOrder,
  cause: Cause,
): Accepted<OrderEvent> | Rejected<OrderRejection> {
  const topic = creditTopic(command.reference);
  const known = booksOf(state).credits.find(({ requested }) =>
    requested.asked?.reference === command.reference
  );
  const earlier = known?.requested.asked ?? answeredAs(state, topic);
  if (earlier) {
    if (earlier.fingerprint !== command.fingerprint) return reject(mismatch);
    const undecided = known !== undefined && known.issued === undefined;
    return accept([], {
      reply: undecided ? { later: topic } : { ...answerOf(state, topic), replayed: true },
    });
  }
  if (creditsKnown(state) >= creditsMax) return reject(tooManyCredits);
  const stranger = unknownReturn(state, command);
  if (stranger) return reject(stranger);
  const { amount } = command;
  if (amount !== undefined && parseMinor(amount, exponent(state)) === undefined) {
    return reject(tooPrecise(state.placed, amount));
  }
  const draft = begin(state, cause);
  const wanted = contentWanted(state, command);
  if (!wanted.ok) {
    refuse(draft, command, wanted.rejection);
    return finish(draft, answerOf(draft.state, topic));
  }
  const { reference, fingerprint, reason, by, returnId } = command;
  const { content, returned } = wanted;
  const asked = {
    ...{ reference, fingerprint, by },
    ...(returnId !== undefined && { returnId }),
    ...(returned && { returned }),
  };
  const source = `credit:${state.placed.order}/${reference}`;
  requestCredit(draft, { source, reason, ...content, asked });
  return finish(draft, { later: topic });
}

function creditsKnown(state: KnownOrder): number {
  const refused = state.answers.filter(({ topic }) => topic.startsWith(creditTopic("")));
  return booksOf(state).credits.length + refused.length;
}
const tooManyCredits: OrderRejection = {
  reason: "too-many-credits",
  detail: `Cannot credit the order: it has ${creditsMax} credits already`,
};

/** Settles what a credit note says; the series is asked once every invoice that it corrects has its number. */
export function requestCredit(draft: Draft, data: OrderCreditRequested["data"]): void {
  record(draft, "order.credit_requested", data);
  if (correctsIssued(draft.state, data)) draft.messages.push(creditMessage(draft.state, data));
}

export function correctsIssued(
  state: KnownOrder,
  { lines, shipping }: OrderCreditRequested["data"],
): boolean {
  const sources = new Set([...lines, ...shipping].map((row) => row.of));
  return booksOf(state).invoices.every(({ source, issued }) => issued !== undefined || !sources.has(source));
}
