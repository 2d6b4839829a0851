import type { Rejection } from "../actor.ts";
import type { ShipOrder } from "../commands.ts";
import type { Sku } from "../ids.ts";
import { someLines } from "../some_lines.ts";
import type { OrderRefusal } from "./events.ts";
import { type KnownOrder, linesOf, unitsOf } from "./state.ts";
import { orderStatus } from "./view.ts";

/** What is held for an order that is not paid may go to others when its time is over. */
export const notPaid =
  "Cannot ship the parcel: the order is not paid yet, and what is held for it is reserved until then, not allocated";

/** The lines that ask for more than is allocated there, where earlier ones of the same SKU have taken theirs. */
export function notAllocated(
  state: KnownOrder,
  { lines, location }: Pick<ShipOrder, "lines" | "location">,
  allocatedBySku: ReadonlyMap<Sku, number>,
): Rejection<OrderRefusal> | undefined {
  const paid = state.phase === "open", left = new Map(allocatedBySku);
  const errors = lines.flatMap(({ sku, quantity: requested }, i) => {
    const allocated = Math.min(requested, left.get(sku)!);
    left.set(sku, left.get(sku)! - allocated);
    if (allocated === requested) return [];
    const detail = paid
      ? `Only ${allocated} of ${requested} are allocated at ${location}`
      : `None of ${requested} can be allocated at ${location} before the order is paid`;
    return [{ pointer: `/lines/${i}/quantity`, detail, sku, requested, allocated }];
  });
  if (errors.length === 0) return undefined;
  const short = `Cannot ship the parcel: ${
    someLines(errors.length, "asks", "ask")
  } for more than is allocated`;
  const detail = paid ? short + whatIsMissing(state, errors) : notPaid;
  return { reason: "not-allocated", detail, errors: errors.slice(0, errorsMax) };
}
/** Refusals are remembered for ever. */
const errorsMax = 100;

/** Where the units are that a person would look for. */
function whatIsMissing(state: KnownOrder, short: readonly { readonly sku: Sku }[]): string {
  if (orderStatus(state) === "on_hold") return "; the order is on hold, as stock of it was lost";
  const waits = short.some(({ sku }) =>
    linesOf(state.placed, sku).some((i) => unitsOf(state.lines[i]!.queue) > 0)
  );
  return waits ? "; the order waits for more stock" : "";
}
