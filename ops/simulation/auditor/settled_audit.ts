import { keyOf } from "../../../actors/ids.ts";
import { closesAtMs } from "../../../actors/order/closing.ts";
import { attemptOf, busy, holdId, holdsOf, type OrderState } from "../../../actors/order/state.ts";
import type { SkuState } from "../../../actors/sku/sku_state.ts";
import type { OpenedDoc } from "../../../actors/stockdoc/stockdoc_state.ts";
import type { ActorsAudit } from "./actors_audit.ts";
import { promised } from "./violation.ts";

/** What must be true once nothing is under way any more. */
export function auditSettled(actors: ActorsAudit, nowMs: number): void {
  auditOrders(actors, nowMs);
  auditStock(actors);
  auditDocuments(actors);
  auditAgreement(actors);
}

function auditOrders(actors: ActorsAudit, nowMs: number): void {
  for (const id of actors.ids("order")) {
    const state = actors.state<OrderState>(id);
    if (state.phase === "unknown") continue;
    const waits = busy(state) || state.waiting.length > 0;
    promised("settles", !waits && state.phase !== "reserving", () => `${id} still waits for its SKUs`);
    const { deadlineMs } = state.placed, holds = state.lines.some((line) => line.claims.length > 0);
    const late = state.phase === "awaiting_payment" && state.payment === "pending" && deadlineMs! < nowMs;
    promised(
      "settles",
      !(late && holds),
      () => `${id} still holds stock, ${nowMs - deadlineMs!} ms past its deadline`,
    );
    const closesMs = closesAtMs(state) ?? Infinity;
    promised("settles", closesMs >= nowMs, () => `${id} has not closed, ${nowMs - closesMs} ms late`);
  }
}

/** Every unit that came in is there, was adjusted away or has left in a parcel. */
function auditStock(actors: ActorsAudit): void {
  for (const id of actors.ids("sku")) {
    const { locations } = actors.state<SkuState>(id), came = actors.once.stock.get(id) ?? 0;
    const sellable = locations.reduce((sum, stock) => sum + stock.sellable, 0);
    promised("once", sellable === came, () => `${id}: ${came} units came in, ${sellable} are there`);
  }
}

/** A document took effect on each of its SKUs, or on none. */
function auditDocuments(actors: ActorsAudit): void {
  for (const id of actors.ids("stockdoc")) {
    const doc = actors.state<OpenedDoc | { readonly fingerprint: null }>(id);
    if (doc.fingerprint === null) continue;
    promised("settles", doc.status !== "pending", () => `${id} is still pending`);
    const type = doc.kind === "receipt" ? "goods.received" : "stock.adjusted";
    for (const { sku, delta } of doc.lines) {
      const units = actors.once.unitsBy(type, `sku:${sku}`, doc.key) ?? 0;
      const due = doc.status === "refused" ? 0 : delta;
      promised(
        "once",
        units === due,
        () => `${id} is ${doc.status}, ${sku} got ${units} instead of ${due} units`,
      );
    }
  }
}

/** What orders say they have is what SKUs say they gave: so nothing is left behind for a rejected one, either. */
function auditAgreement(actors: ActorsAudit): void {
  const ours = new Map<string, number>(), theirs = new Map<string, number>();
  const add = (to: Map<string, number>, key: string, units: number) => {
    if (units > 0) to.set(key, (to.get(key) ?? 0) + units);
  };
  for (const id of actors.ids("order")) {
    addOrder(actors.state<OrderState>(id), (key, units) => add(ours, key, units));
  }
  for (const id of actors.ids("sku")) {
    for (const claim of actors.state<SkuState>(id).claims.values()) {
      const hold = `${keyOf(id)} ${claim.hold}`;
      promised("accepted", attemptOf(claim.order, claim.hold) > 0, () => `${hold} is nobody's`);
      for (const { location, reserved, allocated, packed } of claim.parts) {
        promised("settles", packed === 0, () => `${hold} is bound for a parcel that nobody waits for`);
        add(theirs, `${hold} ${location} reserved`, reserved);
        add(theirs, `${hold} ${location} allocated`, allocated);
      }
      add(theirs, `${hold} queued`, claim.queued);
    }
  }
  for (const key of new Set([...ours.keys(), ...theirs.keys()])) {
    const order = ours.get(key) ?? 0, sku = theirs.get(key) ?? 0;
    promised("accepted", order === sku, () => `${key}: the order has ${order}, the SKU gave ${sku}`);
  }
}

function addOrder(state: OrderState, add: (key: string, units: number) => void): void {
  if (state.phase === "unknown") return;
  const { order } = state.placed, firm = state.payment === "captured" ? "allocated" : "reserved";
  state.lines.forEach((line, i) => {
    const { sku } = state.placed.lines[i]!;
    for (const { attempt, location, quantity } of line.claims) {
      add(`${sku} ${holdId(order, attempt)} ${location} ${firm}`, quantity);
    }
  });
  for (const { sku, attempt, queued } of holdsOf(state)) {
    add(`${sku} ${holdId(order, attempt)} queued`, queued);
  }
}
