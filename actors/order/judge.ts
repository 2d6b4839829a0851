import type { Sku } from "../ids.ts";
import { type Draft, record, tell } from "./draft.ts";
import { grantLines } from "./distribute.ts";
import type { Grant, GrantedLine, Shortage } from "./events.ts";
import { holdMessages } from "./decide_place.ts";
import { bySku, type KnownOrder, linesOf, openUnits, unitsOf } from "./state.ts";

/** The order is the only judge: every SKU has answered the attempt, now its policy decides (DESIGN 4). */
export function judge(draft: Draft, grants: ReadonlyMap<Sku, Grant>): void {
  const { asking, placed } = draft.state;
  const asked = new Map(asking!.asked.map(({ sku, quantity }) => [sku, quantity]));
  const complete = [...grants.values()].every((grant) => granted(grant) >= asked.get(grant.sku)!);
  const enough = complete || (placed.stockPolicy === "ship_available" && anyGoods(grants));
  if (enough) take(draft, grants, asked);
  else refuse(draft, grants);
}

function granted(grant: Grant): number {
  if (grant.kind === "refused") return 0;
  return grant.service ? Infinity : unitsOf(grant.parts) + grant.queued;
}

/** Postage alone is no delivery: where goods were asked for, some must be there. */
function anyGoods(grants: ReadonlyMap<Sku, Grant>): boolean {
  return [...grants.values()].some((grant) => grant.kind === "held" && !grant.service && granted(grant) > 0);
}

function take(draft: Draft, grants: ReadonlyMap<Sku, Grant>, asked: ReadonlyMap<Sku, number>): void {
  const { state } = draft;
  const { attempt, placed } = state;
  const lines = grantLines(state, grants.values(), asked);
  if (state.payment !== "captured") {
    return record(draft, "order.reserved", { attempt, lines, deadlineMs: placed.deadlineMs! });
  }
  const supplied = lines.some(isSupplied) ||
    state.lines.some((line) => line.service || line.claims.length > 0);
  const outcome = supplied ? "order.confirmed" : "order.backordered";
  record(draft, state.asking!.why === "lost" ? "order.reallocated" : outcome, { attempt, lines });
  for (const grant of grants.values()) {
    if (!isClaim(grant)) continue;
    tell(draft, { sku: grant.sku, attempt }, { type: "commit" });
  }
}

const isSupplied = (line: GrantedLine) => line.service === true || line.parts.length > 0;
const isClaim = (grant: Grant) => grant.kind === "held" && !grant.service && granted(grant) > 0;

/** Nothing of the attempt stays held. An order that has been paid for goes to a person instead. */
function refuse(draft: Draft, grants: ReadonlyMap<Sku, Grant>): void {
  const { state } = draft;
  const { attempt } = state;
  const shortages = shortagesOf(state, grants);
  if (state.phase === "reserving") record(draft, "order.rejected", { attempt, shortages });
  else record(draft, "order.held", { attempt, reason: "stock_lost", shortages });
  for (const grant of grants.values()) {
    if (isClaim(grant)) {
      tell(draft, { sku: grant.sku, attempt }, { type: "release", reason: "refused", answer: false });
    }
  }
}

/** The short lines: what could be had of a SKU goes to its lines in order. */
function shortagesOf(state: KnownOrder, grants: ReadonlyMap<Sku, Grant>): Shortage[] {
  const shortages: Shortage[] = [];
  for (const grant of grants.values()) {
    let left = grant.kind === "refused" ? grant.available : granted(grant);
    for (const i of linesOf(state.placed, grant.sku)) {
      const requested = openUnits(state.placed.lines[i]!.quantity, state.lines[i]!);
      const available = Math.min(requested, left);
      left -= available;
      if (available < requested) shortages.push({ line: i + 1, sku: grant.sku, requested, available });
    }
  }
  return shortages.sort((a, b) => a.line - b.line);
}

/** Asks again for every open unit, under the next attempt. */
export function askAgain(draft: Draft, why: "paid" | "lost"): void {
  const { placed, lines } = draft.state;
  const open = placed.lines
    .map(({ sku, quantity }, i) => ({ sku, quantity: openUnits(quantity, lines[i]!) }))
    .filter(({ quantity }) => quantity > 0);
  const asked = bySku(open);
  const attempt = draft.state.attempt + 1;
  record(draft, "order.stock_asked", {
    attempt,
    why,
    asked: Array.from(asked, ([sku, quantity]) => ({ sku, quantity })),
  });
  draft.messages.push(...holdMessages(placed, attempt, asked, true));
}
