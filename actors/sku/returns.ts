import type { SkuMessageFromReturn } from "../return/return_messages.ts";
import { offer } from "./backorders.ts";
import { Draft, toReturn } from "./draft.ts";
import { skuEvent } from "./sku_events.ts";
import { type SkuState, stockAt } from "./sku_state.ts";

type Of<Type extends SkuMessageFromReturn["type"]> = Extract<SkuMessageFromReturn, { readonly type: Type }>;

/** A return asks each SKU once; the runtime delivers that once. Nothing refuses goods that are there. */
export function receiveReturn(state: SkuState, command: Of<"return.receive">) {
  const { return: id, location, quantity } = command;
  const draft = new Draft(state);
  learnPriority(draft, command);
  draft.emit(skuEvent("return.received", { return: id, location, quantity }));
  draft.tell(toReturn(command));
  return draft.accept();
}

/** Units that somebody took out of quality control meanwhile are not graded: the return is told how many are left. */
export function gradeReturn(state: SkuState, command: Of<"return.grade">) {
  const { return: id, location, quantity, grade, to } = command;
  const draft = new Draft(state), there = stockAt(state, location).qualityControl;
  if (there < quantity) {
    draft.tell(toReturn(command, there));
    return draft.accept();
  }
  draft.emit(skuEvent("return.graded", { return: id, location, quantity, grade, to }));
  draft.tell(toReturn(command));
  offer(draft);
  return draft.accept();
}

/** The other half of a change of SKU: these units have left theirs already. */
export function restockReturn(state: SkuState, command: Of<"return.restock">) {
  const { return: id, operation, move, location, quantity } = command;
  const doc = `${id}/${operation}/${move}`;
  const draft = new Draft(state);
  learnPriority(draft, command);
  draft.emit(skuEvent("goods.received", { doc, location, quantity, bucket: "sellable" }));
  draft.tell(toReturn(command));
  offer(draft);
  return draft.accept();
}

/** As with a stock document, its word counts only until the location itself has spoken. */
function learnPriority(draft: Draft, { location, priority }: Of<"return.receive"> | Of<"return.restock">) {
  if (stockAt(draft.state, location).priority !== undefined) return;
  draft.emit(skuEvent("location.revised", { location, priority }));
}
