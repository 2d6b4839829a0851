import { expect } from "vitest";
import type { AnyActor, Event } from "../actor.ts";
import { type ActorId, keyOf } from "../ids.ts";
import { order } from "../order/order.ts";
import { attemptOf, busy, holdId, holdsOf, type OrderState } from "../order/state.ts";
import { sku } from "../sku/sku.ts";
import type { ReturnGraded } from "../sku/sku_events.ts";
import type { SkuState } from "../sku/sku_state.ts";

/** What an auditor may look at: every actor and its events. */
export interface Audited {
  readonly events: ReadonlyMap<ActorId, readonly Event[]>;
  actors(kind: string): readonly ActorId[];
  state<S>(actor: AnyActor, id: ActorId): S;
}

const skuState = (town: Audited, id: ActorId) => town.state<SkuState>(sku, id);

/**
 * Claims stay within what is there, and every unit that came in, or came back, is there, was adjusted away, has left in a parcel or was
 * given away when it was graded.
 */
export function auditStock(town: Audited): void {
  for (const id of town.actors("sku")) {
    let came = 0;
    for (const { type, data } of town.events.get(id) ?? []) {
      if (type === "goods.received") came += (data as { quantity: number }).quantity;
      if (type === "stock.adjusted") came += (data as { delta: number }).delta;
      if (type === "parcel.handed_over") came -= (data as { quantity: number }).quantity;
      if (type === "return.received") came += (data as { quantity: number }).quantity;
      const graded = data as ReturnGraded["data"];
      if (type === "return.graded" && graded.to === null) came -= graded.quantity;
    }
    let onHand = 0;
    for (const stock of skuState(town, id).locations) {
      const { reserved, allocated, picked, packed, held } = stock;
      expect(reserved + allocated + picked + packed + held).toBeLessThanOrEqual(stock.sellable);
      onHand += stock.sellable + stock.qualityControl + stock.quarantine + stock.refurbish + stock.damaged;
    }
    expect(onHand, `${id}: received + adjusted - shipped + returned - given away = on hand`).toBe(came);
  }
}

/** What orders say they have is what SKUs say they gave: per hold and location, and in the queue. */
export function auditAgreement(town: Audited): void {
  const ours = new Map<string, number>(), theirs = new Map<string, number>();
  const add = (to: Map<string, number>, key: string, units: number) =>
    to.set(key, (to.get(key) ?? 0) + units);
  for (const id of town.actors("order")) {
    const state = town.state<OrderState>(order, id);
    if (state.phase === "unknown") continue;
    expect(busy(state), `${id} waits for nobody`).toBe(false);
    state.lines.forEach((line, i) => {
      const { sku } = state.placed.lines[i]!;
      for (const claim of line.claims) {
        const firm = state.payment === "captured" ? "allocated" : "reserved";
        add(
          ours,
          `${sku} ${holdId(state.placed.order, claim.attempt)} ${claim.location} ${firm}`,
          claim.quantity,
        );
      }
    });
    for (const hold of holdsOf(state)) {
      if (hold.queued > 0) {
        add(ours, `${hold.sku} ${holdId(state.placed.order, hold.attempt)} queued`, hold.queued);
      }
    }
  }
  for (const id of town.actors("sku")) {
    for (const claim of skuState(town, id).claims.values()) {
      expect(attemptOf(claim.order, claim.hold)).toBeGreaterThan(0);
      for (const { location, reserved, allocated, packed } of claim.parts) {
        expect(packed, `${keyOf(id)} ${claim.hold} is bound for a parcel that nobody waits for`).toBe(0);
        if (reserved > 0) add(theirs, `${keyOf(id)} ${claim.hold} ${location} reserved`, reserved);
        if (allocated > 0) add(theirs, `${keyOf(id)} ${claim.hold} ${location} allocated`, allocated);
      }
      if (claim.queued > 0) add(theirs, `${keyOf(id)} ${claim.hold} queued`, claim.queued);
    }
  }
  const sorted = (map: Map<string, number>) => Object.fromEntries([...map].sort());
  expect(sorted(ours)).toEqual(sorted(theirs));
}
