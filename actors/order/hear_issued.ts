import { accept, type Accepted, type Cause } from "../actor.ts";
import type { DocumentIssued } from "../protocol.ts";
import { creditTopic } from "./answers.ts";
import { correctsIssued } from "./decide_credit.ts";
import { creditMessage } from "./document_draft.ts";
import { begin, finish, record } from "./draft.ts";
import type { OrderEvent } from "./events.ts";
import { booksOf } from "./money_state.ts";
import type { KnownOrder } from "./state.ts";

/** The series gave a document its number. Credits that waited for it are asked for now. */
export function hearIssued(
  state: KnownOrder,
  { type: _, ...numbered }: DocumentIssued,
  cause: Cause,
): Accepted<OrderEvent> {
  const { source } = numbered, { invoices, credits } = booksOf(state);
  const draft = begin(state, cause);
  const credit = credits.find(({ requested }) => requested.source === source);
  if (credit) {
    if (credit.issued !== undefined) return accept();
    record(draft, "order.credited", numbered);
    const { asked } = credit.requested;
    if (asked) draft.settles.push(creditTopic(asked.reference));
    return finish(draft);
  }
  if (!invoices.some((known) => known.source === source && known.issued === undefined)) return accept();
  record(draft, "order.invoiced", numbered);
  for (const { requested, issued } of credits) {
    const names = [...requested.lines, ...requested.shipping].some((row) => row.of === source);
    if (issued === undefined && names && correctsIssued(draft.state, requested)) {
      draft.messages.push(creditMessage(draft.state, requested));
    }
  }
  return finish(draft);
}
