import fc from "fast-check";
import { cancelling, line, paying, placing, receiving, type TownLog } from "./town_log.ts";

const code = fc.constantFrom("A", "B", "C");
const step = fc.oneof(
  fc.record({ kind: fc.constant("receive" as const), code, quantity: fc.integer({ min: 1, max: 9 }) }),
  fc.record({
    kind: fc.constant("place" as const),
    lines: fc.array(fc.record({ code, quantity: fc.integer({ min: 1, max: 6 }) }), {
      minLength: 1,
      maxLength: 3,
    }),
    payment: fc.constantFrom("captured" as const, "pending" as const),
    stockPolicy: fc.constantFrom("reject" as const, "ship_available" as const, "backorder" as const),
  }),
  fc.record({ kind: fc.constant("cancel" as const), n: fc.nat(10) }),
  fc.record({ kind: fc.constant("pay" as const), n: fc.nat(10) }),
  fc.record({ kind: fc.constant("wait" as const), minutes: fc.integer({ min: 1, max: 12 }) }),
);
/** What happens in a town, one turn after another. */
export const anyHistory = fc.array(step, { minLength: 1, maxLength: 25 });

/** Lets it happen; answers with the last record. */
export async function live(
  town: TownLog,
  steps: readonly (typeof step extends fc.Arbitrary<infer S> ? S : never)[],
) {
  let last = 0, placed = 0;
  for (const step of steps) {
    if (step.kind === "receive") last = await town.turn(receiving(step.code, step.quantity));
    else if (step.kind === "wait") last = await town.wait(step.minutes * 60_000);
    else if (step.kind === "place") {
      const { payment, stockPolicy } = step;
      const lines = step.lines.map(({ code, quantity }) => line(code, quantity));
      last = await town.turn(placing(++placed, lines, { payment, stockPolicy }));
    } else if (step.n >= 1 && step.n <= placed) {
      last = await town.turn(step.kind === "cancel" ? cancelling(step.n) : paying(step.n));
    }
  }
  return last;
}
