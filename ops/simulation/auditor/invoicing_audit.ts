import { type ActorId, keyOf } from "../../../actors/ids.ts";
import type { OrderConfirmed, OrderLinesCancelled, OrderPlaced } from "../../../actors/order/events.ts";
import type { OrderCreditRequested, OrderInvoiceRequested } from "../../../actors/order/money_events.ts";
import type { OrderParcelMoved, OrderShipped } from "../../../actors/order/shipping_events.ts";
import { promised } from "./violation.ts";

type Units = readonly { readonly line: number; readonly quantity: number }[];

/** What became of an order, as far as invoices follow from it. */
interface Course {
  readonly placed: OrderPlaced["data"];
  confirmed: boolean;
  /** Something left it, or was cancelled: it may be invoiced whole though nobody confirmed it. */
  settled: boolean;
  readonly shipped: Map<string, Units>;
  readonly delivered: Set<string>;
  readonly invoices: Map<string, Units>;
  /** By line: cancelled, and given back for that. */
  readonly cancelled: number[];
  readonly givenBack: number[];
  /** Credited by invoice and line. */
  readonly credited: Map<string, number>;
  /** Somebody asked for a credit, which may have taken what a cancellation would have given back. */
  askedBack: boolean;
}

/** At rest each order is invoiced for what left it, or for all of it, by the terms that it was placed under: once. */
export class InvoicingAudit {
  readonly #courses = new Map<ActorId, Course>();

  note(actor: ActorId, type: string, data: unknown): void {
    if (type === "order.placed") this.#courses.set(actor, begun(data as OrderPlaced["data"]));
    const course = this.#courses.get(actor);
    if (course) follow(course, type, data);
  }
  end(): void {
    for (const [order, course] of this.#courses) auditCourse(order, course);
  }
}

function begun(placed: OrderPlaced["data"]): Course {
  return {
    placed,
    confirmed: false,
    settled: false,
    shipped: new Map(),
    delivered: new Set(),
    invoices: new Map(),
    cancelled: placed.lines.map(() => 0),
    givenBack: placed.lines.map(() => 0),
    credited: new Map(),
    askedBack: false,
  };
}

function follow(course: Course, type: string, data: unknown): void {
  switch (type) {
    case "order.confirmed":
    case "order.backordered":
    case "order.reallocated":
      course.confirmed = true;
      return grantedLess(course, data as OrderConfirmed["data"]);
    case "order.reserved":
      return grantedLess(course, data as OrderConfirmed["data"]);
    case "order.lines_cancelled":
      course.settled = true; // If it took the last units that were open, nothing is left to confirm.
      return add(course.cancelled, (data as OrderLinesCancelled["data"]).lines);
    case "order.shipped": {
      const { shipment, lines } = data as OrderShipped["data"];
      course.shipped.set(`ship:${shipment}`, lines);
      course.settled = true; // Also one that left its hold by leaving.
      return;
    }
    case "order.parcel_moved": {
      const { shipment, status } = data as OrderParcelMoved["data"];
      if (status === "delivered") course.delivered.add(`ship:${shipment}`);
      return;
    }
    case "order.invoice_requested": {
      const { source, lines } = data as OrderInvoiceRequested["data"];
      course.invoices.set(source, lines);
      return;
    }
    case "order.credit_requested":
      return credited(course, data as OrderCreditRequested["data"]);
  }
}

/** `ship_available` does without what is not there. */
function grantedLess({ cancelled }: Course, { lines }: OrderConfirmed["data"]): void {
  add(cancelled, lines.map(({ line, cancelled: quantity = 0 }) => ({ line, quantity })));
}
function credited(course: Course, { lines, reason, asked }: OrderCreditRequested["data"]): void {
  if (asked) course.askedBack = true;
  if (reason === "cancellation") {
    add(course.givenBack, lines.map(({ line, units: quantity }) => ({ line, quantity })));
  }
  for (const { of, line, units } of lines) {
    course.credited.set(`${of} ${line}`, (course.credited.get(`${of} ${line}`) ?? 0) + units);
  }
}
function add(to: number[], units: Units): void {
  for (const { line, quantity } of units) to[line - 1]! += quantity;
}

function auditCourse(order: ActorId, course: Course): void {
  const { placed, invoices, confirmed } = course, on = placed.invoicing?.on ?? "on_shipment";
  auditUnits(order, course);
  const whole = invoices.has(`order:${keyOf(order)}`);
  const due = on === "on_shipment"
    ? [...course.shipped.keys()]
    : on === "on_delivery"
    ? [...course.delivered]
    : [];
  for (const source of invoices.keys()) {
    const right = source === `order:${keyOf(order)}` ? confirmed || course.settled : due.includes(source);
    promised("money", right, () => `${order}, which is invoiced ${on}, was invoiced for ${source}`);
  }
  if (whole) return auditWhole(order, course);
  const owing = on === "on_confirm" && confirmed && liveUnits(course).some((units) => units > 0);
  promised("money", !owing, () => `${order} is confirmed and was not invoiced`);
  for (const source of due) {
    const says = unitsIn(invoices.get(source) ?? []), left = unitsIn(course.shipped.get(source) ?? []);
    promised("money", says === left, () => `${order} is invoiced ${says} for ${source}, which held ${left}`);
  }
}

/** No unit is invoiced twice, and none credited that was not invoiced. */
function auditUnits(order: ActorId, { placed, invoices, credited }: Course): void {
  const sums = placed.lines.map(() => 0);
  for (const [source, lines] of invoices) {
    add(sums, lines);
    for (const { line, quantity } of lines) {
      const back = credited.get(`${source} ${line}`) ?? 0;
      promised(
        "money",
        back <= quantity,
        () => `${order}: ${back} of ${quantity} of ${source} are given back`,
      );
    }
  }
  placed.lines.forEach(({ quantity }, i) => {
    promised("money", sums[i]! <= quantity, () => `${order} is invoiced ${sums[i]} of ${quantity}`);
  });
}

/** It was invoiced in one: less what was given back for cancellations that is what it is now. */
function auditWhole(order: ActorId, course: Course): void {
  const live = liveUnits(course), stand = course.givenBack.map((units) => -units);
  for (const lines of course.invoices.values()) add(stand, lines);
  const right = live.every((units, i) => course.askedBack ? stand[i]! >= units : stand[i] === units);
  promised("money", right, () => `${order} is invoiced ${stand} by line, its units are ${live}`);
}

const liveUnits = ({ placed, cancelled }: Course) =>
  placed.lines.map(({ quantity }, i) => quantity - cancelled[i]!);
const unitsIn = (units: Units) =>
  units.map(({ line, quantity }) => `${quantity} of line ${line}`).sort().join(", ");
