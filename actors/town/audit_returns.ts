import { expect } from "vitest";
import { type ActorId, actorId, type Sku } from "../ids.ts";
import { order } from "../order/order.ts";
import type { OrderReturnGraded, OrderReturnReceived } from "../order/return_events.ts";
import type { KnownOrder, OrderState, Return } from "../order/state.ts";
import { orderReturn } from "../return/return.ts";
import { type OpenReturn, type ReturnState, unitsOf } from "../return/return_state.ts";
import { sku } from "../sku/sku.ts";
import type { SkuState } from "../sku/sku_state.ts";
import type { Audited } from "./audit.ts";

/** Pairs of what has to be equal, by what it is; compared at once, because a town is audited after each command. */
type Accounts = Map<string, readonly [ours: unknown, theirs: unknown]>;

/** No unit comes back that has not left, each does once, and order, return and SKUs agree about it. */
export function auditReturns(town: Audited): void {
  const accounts: Accounts = new Map();
  auditQualityControl(town, accounts);
  for (const id of town.actors("order")) {
    const state = town.state<OrderState>(order, id);
    if (state.phase !== "unknown") auditOrder(town, state, accounts);
  }
  const wrong = [...accounts].filter(([, [ours, theirs]]) => JSON.stringify(ours) !== JSON.stringify(theirs));
  expect(wrong).toEqual([]);
}

/** What waits there is what returns have not graded. */
function auditQualityControl(town: Audited, accounts: Accounts): void {
  const waiting = new Map<string, number>();
  for (const id of town.actors("return")) {
    const state = town.state<ReturnState>(orderReturn, id);
    if (state.order === null) continue;
    accounts.set(`${id} waits for nobody`, [state.works.length, 0]);
    for (const { sku, location, quantity } of state.ungraded) {
      const key = `${sku} at ${location}`;
      waiting.set(key, (waiting.get(key) ?? 0) + quantity);
    }
  }
  for (const id of town.actors("sku")) {
    const state = town.state<SkuState>(sku, id);
    for (const { location, qualityControl } of state.locations) {
      const key = `${state.sku} at ${location}`;
      accounts.set(`${key}: in quality control`, [qualityControl, waiting.get(key) ?? 0]);
    }
  }
}

function auditOrder(town: Audited, state: KnownOrder, accounts: Accounts): void {
  const { order } = state.placed, id = actorId("order", order);
  const returning = state.lines.map(() => 0), returned = state.lines.map(() => 0);
  for (const known of state.returns) {
    for (const { line, quantity, received } of known.lines) {
      returning[line - 1]! += known.ended === undefined ? quantity : received;
      returned[line - 1]! += received;
    }
    agree(town, id, known, accounts);
  }
  accounts.set(`${order}: bound in returns`, [state.lines.map((line) => line.returning), returning]);
  accounts.set(`${order}: came back`, [state.lines.map((line) => line.returned), returned]);
  accounts.set(`${order}: more than was shipped`, [
    state.lines.filter((line) => line.returning > line.shipped),
    [],
  ]);
}

function agree(town: Audited, id: ActorId, known: Return, accounts: Accounts): void {
  const state = town.state<OpenReturn>(orderReturn, actorId("return", known.return));
  accounts.set(`${known.return}: its order, and its end`, [
    [state.order, state.ended, true],
    [id.slice("order:".length), known.ended, known.begun],
  ]);
  const came = toldOf(town, id, "order.return_received", known);
  const judged = toldOf(town, id, "order.return_graded", known);
  for (const { sku, quantity } of state.lines) {
    const own = known.lines.filter((line) => line.sku === sku);
    const beyond = unitsOf(known.beyond ?? [], sku);
    accounts.set(`${known.return}: ${sku}`, [
      [quantity, unitsOf(state.received, sku), unitsOf(state.received, sku), unitsOf(state.graded, sku)],
      [
        own.reduce((sum, line) => sum + line.quantity, 0) + beyond,
        own.reduce((sum, line) => sum + line.received, 0) + beyond,
        unitsOf(came, sku),
        unitsOf(judged, sku),
      ],
    ]);
  }
}

type Told = OrderReturnReceived | OrderReturnGraded;
type Units = readonly { readonly sku: Sku; readonly quantity: number }[];

function toldOf(town: Audited, id: ActorId, type: Told["type"], known: Return): Units {
  return (town.events.get(id) ?? []).flatMap((event): Units => {
    const data = event.data as Told["data"];
    if (event.type !== type || data.return !== known.return) return [];
    return "beyond" in data ? [...data.lines, ...data.beyond ?? []] : data.lines;
  });
}
