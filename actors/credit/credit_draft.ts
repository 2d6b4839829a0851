import type { IssueCredit } from "../money_commands.ts";
import { actorId } from "../ids.ts";
import { formatMinor } from "../money/decimal.ts";
import { totalsOf } from "../money/totals.ts";
import type { DocumentDraft, DocumentLine } from "../series/document.ts";
import { categoryOf, totalsIn } from "../series/draft.ts";

/** What a credit without an order says: its lines priced and taxed as an order's are (DOMAIN 7). */
export function creditDraft(command: Omit<IssueCredit, "type">): DocumentDraft {
  const { credit, entity, channel, reason, currency, pricesIncludeTax, taxMode } = command;
  const { exponent, lines: amounts } = totalsOf({
    currency,
    pricesIncludeTax,
    taxMode,
    lines: command.lines.map((line) => ({ ...line, live: line.quantity, discount: "0" })),
  });
  const money = (amount: bigint) => formatMinor(amount, exponent);
  const lines = command.lines.map((line, i): DocumentLine => ({
    line: i + 1,
    ...line,
    discount: money(0n),
    net: money(amounts[i]!.net),
    tax: money(amounts[i]!.tax),
    taxCategory: categoryOf(line.taxRate),
  }));
  const buyer = {
    actor: actorId("credit", credit),
    ...(command.customerMark !== undefined && { mark: command.customerMark }),
  };
  return {
    type: "credit_note",
    source: `credit:${credit}`,
    entity,
    ...(channel !== undefined && { channel }),
    ...(command.personal && { buyer }),
    currency,
    pricesIncludeTax,
    taxMode,
    lines,
    ...totalsIn(currency, lines),
    corrects: [],
    reason,
  };
}
