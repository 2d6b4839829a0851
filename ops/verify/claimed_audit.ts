import { type ActorId, actorId, keyOf, type OrderId, type Sku } from "../../actors/ids.ts";
import type { DataOf, GrantedLine, OrderEvent } from "../../actors/order/events.ts";
import { holdId } from "../../actors/order/state.ts";
import type { Part } from "../../actors/protocol.ts";
import type { SkuEvent } from "../../actors/sku/sku_events.ts";
import { Check, type CheckReport } from "../invoices/check.ts";
import { type Difference, Differences } from "./differences.ts";
import { awaits } from "./on_the_way.ts";
import { counted } from "../cli/counted.ts";

interface Claimed {
  readonly order: string;
  readonly sku: ActorId;
  readonly hold: string;
  /** Empty: queued for goods. */
  readonly location: string;
}
const queue = "";

/** What has to be known of an order as long as it may claim anything. */
interface OpenOrder {
  readonly skus: readonly Sku[];
  /** Neither shipped nor cancelled. */
  left: number;
  /** Its claims until it is paid for: by then they may all end at once. */
  unpaid: Map<string, { readonly about: Claimed; units: number }> | undefined;
}

/** Units that orders count on, and those that SKUs keep for them: the same, wherever nothing is under way between the two. */
export class ClaimedAudit {
  /** Orders' units less SKUs'. */
  readonly #claims = new Differences<Claimed>();
  readonly #orders = new Map<ActorId, OpenOrder>();
  #looked = 0;

  order(actor: ActorId, event: OrderEvent, record: number): void {
    if (event.type === "order.placed") {
      const { lines } = event.data;
      const left = lines.reduce((sum, { quantity }) => sum + quantity, 0);
      this.#orders.set(actor, { skus: lines.map(({ sku }) => sku), left, unpaid: undefined });
      return;
    }
    if (!changing.has(event.type)) return;
    const open = this.#orders.get(actor);
    if (open === undefined) return;
    const change = new OrderChange(this.#claims, { id: keyOf(actor) as OrderId, open, record });
    this.#looked++;
    change.take(event);
    if (open.left <= 0) this.#orders.delete(actor);
  }

  sku(sku: ActorId, event: SkuEvent, record: number): void {
    switch (event.type) {
      case "stock.reserved":
      case "stock.allocated":
        return this.#parts(sku, event.data, 1, record);
      case "reservation.released":
      case "reservation.expired":
      case "allocation.released":
      case "claim.lost":
        return this.#parts(sku, event.data, -1, record);
      case "backorder.filled":
        this.#parts(sku, event.data, 1, record);
        return this.#keep(sku, event.data, { location: queue, units: -sumOf(event.data.parts) }, record);
      case "backorder.queued":
        return this.#keep(sku, event.data, { location: queue, units: event.data.quantity }, record);
      case "backorder.dequeued":
        return this.#keep(sku, event.data, { location: queue, units: -event.data.quantity }, record);
      case "pick.short":
      case "parcel.handed_over": {
        const { location, quantity } = event.data;
        return this.#keep(sku, event.data, { location, units: -quantity }, record);
      }
      case "transfer.dispatched": {
        const { claim, location, quantity } = event.data;
        if (claim !== null) this.#keep(sku, claim, { location, units: -quantity }, record);
      }
    }
  }

  #parts(
    sku: ActorId,
    owned: Owned & { readonly parts: readonly Part[] },
    sign: 1 | -1,
    record: number,
  ): void {
    for (const { location, quantity } of owned.parts) {
      this.#keep(sku, owned, { location, units: sign * quantity }, record);
    }
  }

  #keep(sku: ActorId, { hold, order }: Owned, { location, units }: Kept, record: number): void {
    this.#looked++;
    this.#claims.add(keyOfClaim(sku, hold, location), -units, record, () => ({ order, sku, hold, location }));
  }

  *awaited(): Generator<string> {
    for (const { about } of this.#claims.all()) yield awaitedBy(about);
  }

  report(explained: ReadonlySet<string>): CheckReport {
    const check = new Check("conserved: what orders count on is what SKUs keep for them");
    check.look(this.#looked);
    for (const open of this.#claims.all()) {
      if (!explained.has(awaitedBy(open.about))) check.found(textOf(open));
    }
    return check.report();
  }
}

interface Owned {
  readonly hold: string;
  readonly order: string;
}
interface Kept {
  readonly location: string;
  readonly units: number;
}

const keyOfClaim = (sku: ActorId, hold: string, location: string) => `${sku}\n${hold}\n${location}`;
const sumOf = (parts: readonly Part[]) => parts.reduce((sum, { quantity }) => sum + quantity, 0);
const awaitedBy = ({ order }: Claimed) => awaits.stock(actorId("order", order));

function textOf({ units, record, about: { order, sku, hold, location } }: Difference<Claimed>): string {
  const where = location === queue ? "in its queue" : `at ${location}`;
  const what = (one: number) => `${counted(one, "unit")} of ${keyOf(sku)} ${where} more`;
  return units > 0
    ? `order:${order} counts on ${what(units)} than ${sku} keeps for it under ${hold} (record ${record})`
    : `${sku} keeps ${what(-units)} under ${hold} than order:${order} counts on (record ${record})`;
}

const changing: ReadonlySet<OrderEvent["type"]> = new Set([
  ...["order.reserved", "order.confirmed", "order.backordered", "order.reallocated"] as const,
  ...["order.payment_captured", "order.rejected", "order.cancelled", "order.expired"] as const,
  ...["order.lines_cancelled", "order.backorder_filled", "order.claim_lost", "order.shipped"] as const,
]);

interface Changing {
  readonly id: OrderId;
  readonly open: OpenOrder;
  readonly record: number;
}

/** What one event of an order does to its claims, from the event and its lines' SKUs alone. */
class OrderChange {
  readonly #claims: Differences<Claimed>;
  readonly #of: Changing;

  constructor(claims: Differences<Claimed>, of: Changing) {
    this.#claims = claims;
    this.#of = of;
  }

  take(event: Exclude<OrderEvent, { readonly type: "order.placed" }>): void {
    const { open } = this.#of;
    switch (event.type) {
      case "order.reserved":
        open.unpaid = new Map();
        return this.#granted(event.data);
      case "order.confirmed":
      case "order.backordered":
      case "order.reallocated":
        return this.#granted(event.data);
      case "order.payment_captured":
        open.unpaid = undefined;
        return;
      case "order.rejected":
        open.left = 0;
        return;
      case "order.cancelled":
        this.#endAll();
        open.left = 0;
        return;
      case "order.expired":
        return this.#endAll();
      case "order.lines_cancelled":
        return this.#cancelled(event.data);
      case "order.backorder_filled":
        for (const { line, attempt, parts } of event.data.lines) {
          this.#parts({ line, attempt }, parts, 1);
          this.#add({ line, attempt }, queue, -sumOf(parts));
        }
        return;
      case "order.claim_lost":
        for (const { parts, ...of } of event.data.lines) this.#parts(of, parts, -1);
        return;
      case "order.shipped":
        return this.#shipped(event.data);
    }
  }

  #granted({ attempt, lines }: { readonly attempt: number; readonly lines: readonly GrantedLine[] }): void {
    for (const { line, parts, queued = 0, cancelled = 0 } of lines) {
      this.#parts({ line, attempt }, parts, 1);
      if (queued > 0) this.#add({ line, attempt }, queue, queued);
      this.#of.open.left -= cancelled;
    }
  }

  #cancelled({ lines }: DataOf<"order.lines_cancelled">): void {
    for (const { line, quantity, attempt, parts = [], dequeued = 0 } of lines) {
      this.#of.open.left -= quantity;
      if (attempt === undefined) continue;
      this.#parts({ line, attempt }, parts, -1);
      if (dequeued > 0) this.#add({ line, attempt }, queue, -dequeued);
    }
  }

  #shipped({ lines, location }: DataOf<"order.shipped">): void {
    for (const { line, quantity, from } of lines) {
      this.#of.open.left -= quantity;
      for (const { attempt, quantity } of from) this.#add({ line, attempt }, location, -quantity);
    }
  }

  #endAll(): void {
    const { open, record } = this.#of;
    for (const [key, { about, units }] of open.unpaid ?? []) {
      this.#claims.add(key, -units, record, () => about);
    }
    open.unpaid = undefined;
  }

  #parts(of: LineOfAttempt, parts: readonly Part[], sign: 1 | -1): void {
    for (const { location, quantity } of parts) this.#add(of, location, sign * quantity);
  }

  #add({ line, attempt }: LineOfAttempt, location: string, units: number): void {
    const { id, open, record } = this.#of, hold = holdId(id, attempt);
    const sku = actorId("sku", open.skus[line - 1] ?? `of line ${line}`);
    const key = keyOfClaim(sku, hold, location), about = (): Claimed => ({ order: id, sku, hold, location });
    this.#claims.add(key, units, record, about);
    if (open.unpaid === undefined) return;
    const known = open.unpaid.get(key);
    if (known === undefined) open.unpaid.set(key, { about: about(), units });
    else known.units += units;
  }
}
interface LineOfAttempt {
  readonly line: number;
  readonly attempt: number;
}
