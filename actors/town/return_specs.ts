import { expect } from "vitest";
import { actorId } from "../ids.ts";
import type { OrderView } from "../order/order_view.ts";
import { sku } from "../sku/sku.ts";
import { type SkuState, stockAt } from "../sku/sku_state.ts";
import { auditAgreement, auditStock } from "./audit.ts";
import { auditReturns } from "./audit_returns.ts";
import { buy, LON, look, receive, ship, startMs } from "./citizens.ts";
import { returnOf } from "./return_calls.ts";
import { picks, Scattered } from "./scattered.ts";
import { type Call, Town } from "./town.ts";

/** Words for the specs of returns. */
export const RET = returnOf(1);

/** 4 of A and 1 of B were sold; all of A but one, and B, have left from London. */
export const sale: readonly Call[] = [
  receive("R1", [["A", 4], ["B", 1]]),
  buy(1, [["A", 3], ["B", 1], ["A", 1]]),
  ship(1, [["A", 3], ["B", 1]]),
];
export function shop(...calls: readonly Call[]): Town {
  const town = new Town();
  for (const call of [...sale, ...calls]) expect(town.call(call)).toMatchObject({ ok: true });
  return town;
}
export function audited(town: Town): Town {
  auditStock(town);
  auditAgreement(town);
  auditReturns(town);
  return town;
}
export const stock = (town: Town, code: string, at = LON) =>
  stockAt(town.state<SkuState>(sku, actorId("sku", code)), at);
export const lines = (town: Town) => {
  const answer = town.call(look(1));
  if (!answer?.ok) throw new Error(`Cannot look at the order: ${JSON.stringify(answer)}`);
  return (answer.value as OrderView & typeof answer.value).lines.map(({ returned }) => returned);
};
export const read = (town: Town, id = RET) =>
  town.call({ to: actorId("return", id), command: { type: "read" }, atMs: startMs });
export const returned = (status: string, rest: object = {}) => ({ ok: true, value: { status, ...rest } });
export const refusal = (reason: string, ...errors: readonly object[]) => ({
  ok: false,
  rejection: errors.length === 0 ? { reason } : { reason, errors },
});

/** What may become of each of these calls, however they and what follows from them fall between each other; the books add up each time. */
export function raced(calls: readonly Call[]): string[] {
  const seen = new Set<string>();
  for (let seed = 1; seed <= 60; seed++) {
    const town = new Scattered();
    for (const call of sale) town.run([call], () => 0);
    town.run(calls, picks(seed));
    auditStock(town);
    auditReturns(town);
    for (const i of calls.keys()) {
      const answer = town.answers.get(i);
      if (answer) seen.add(`${i} ${answer.ok ? "accepted" : answer.rejection.reason}`);
    }
  }
  return [...seen];
}
