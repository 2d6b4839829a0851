import type { Rejection } from "../actor.ts";
import type { EndReturn, GradeReturn, ReceiveReturn } from "./return_commands.ts";
import type { GradeMove, ReturnRefusal } from "./return_events.ts";
import { arrivedOf, type OpenReturn, statusOf, unitsOf } from "./return_state.ts";
import { someLines } from "../some_lines.ts";

export type Refused = Rejection<ReturnRefusal>;
/** Refusals are remembered as long as the return is. */
const errorsMax = 100;

/** No more than was authorised and has not come yet, and nothing else. */
export function judgeReceipt(state: OpenReturn, { lines }: ReceiveReturn): Refused | undefined {
  if (state.ended !== undefined) return closed(state, "receive goods of");
  const errors = lines.flatMap(({ sku, quantity: requested }, i) => {
    const expected = unitsOf(state.lines, sku) - arrivedOf(state, sku);
    if (requested <= expected) return [];
    const detail = `Only ${expected} of ${requested} are expected`;
    return [{ pointer: `/lines/${i}/quantity`, detail, sku, requested, expected }];
  });
  if (errors.length === 0) return undefined;
  const detail = `Cannot receive goods of return ${state.key}: ${
    someLines(errors.length, "brings", "bring")
  } more than is authorised`;
  return { reason: "exceeds-authorised", detail, errors: errors.slice(0, errorsMax) };
}

/** Where the units of each line are taken from: what came first is graded first. */
export function judgeGrading(
  state: OpenReturn,
  { lines }: GradeReturn,
): { readonly moves: readonly GradeMove[] } | { readonly refused: Refused } {
  if (state.ended !== undefined) return { refused: closed(state, "grade goods of") };
  const left = state.ungraded.map((move) => ({ ...move }));
  const moves: GradeMove[] = [];
  const errors = lines.flatMap(({ sku, quantity: requested, location }, line) => {
    let open = requested;
    for (const place of left) {
      if (place.sku !== sku || (location !== undefined && place.location !== location)) continue;
      const quantity = Math.min(open, place.quantity);
      if (quantity === 0) continue;
      place.quantity -= quantity;
      open -= quantity;
      moves.push({ line, sku, location: place.location, quantity });
    }
    if (open === 0) return [];
    const ungraded = requested - open, where = location === undefined ? "" : ` at ${location}`;
    const detail = `Only ${ungraded} of ${requested} have come and are not graded${where}`;
    return [{ pointer: `/lines/${line}/quantity`, detail, sku, requested, ungraded }];
  });
  if (errors.length === 0) return { moves };
  const detail = `Cannot grade goods of return ${state.key}: ${
    someLines(errors.length, "names", "name")
  } more than came`;
  return { refused: { reason: "exceeds-received", detail, errors: errors.slice(0, errorsMax) } };
}

export function judgeEnd(state: OpenReturn, { type }: EndReturn): Refused | undefined {
  if (state.ended !== undefined) return closed(state, type);
  const status = statusOf(state);
  const nothing = status === "authorised" || status === "in_transit";
  if (type === "cancel" && !nothing) {
    const detail = `Cannot cancel return ${state.key}: goods of it have come; settle it instead`;
    return { reason: "return-received", detail };
  }
  if (type === "settle" && status !== "graded") {
    const why = nothing ? "nothing of it has come; cancel it instead" : "not all is graded";
    return { reason: "return-ungraded", detail: `Cannot settle return ${state.key}: ${why}` };
  }
  return undefined;
}

function closed(state: OpenReturn, verb: string): Refused {
  return { reason: "return-closed", detail: `Cannot ${verb} return ${state.key}: it is ${state.ended}` };
}
