import { actorId, keyOf } from "../../../actors/ids.ts";
import { attemptOf, holdId, holdsOf, type KnownOrder, type OrderState } from "../../../actors/order/state.ts";
import { claimed, type SkuState } from "../../../actors/sku/sku_state.ts";
import { shipmentCreated } from "../../../http/schemas/shipment.ts";
import { actorsOf, type Folded } from "./fold.ts";
import { flashSku, flashUnits, orderId, probeChannel } from "./goods.ts";
import type { Entry, Ledger } from "./ledger.ts";

/** One thing that must hold, how often it was looked at, and where it did not. */
export interface Check {
  readonly what: string;
  readonly looked: number;
  readonly findings: readonly string[];
}

/** What clients were told against what the log says, and the log against itself. */
export function auditLog(log: Folded, ledger: Ledger): Check[] {
  return [
    { what: "the log is whole, and each command decided once", looked: log.records, findings: log.findings },
    auditStock(log),
    auditFlash(log, ledger),
    auditAgreement(log),
    auditDecided(log),
    auditAnswers(log, ledger),
    { what: "who asked again was told the same", looked: repeated(ledger), findings: ledger.contradictions },
  ];
}

const repeated = ({ entries }: Ledger) => [...entries.values()].filter(({ attempts }) => attempts > 1).length;

function auditStock(log: Folded): Check {
  const findings: string[] = [], skus = actorsOf(log, "sku"), shipped = shippedIn(log);
  for (const [sku, { state }] of skus) {
    let sellable = 0;
    for (const stock of (state as SkuState).locations) {
      if (claimed(stock) > stock.sellable) {
        findings.push(`${sku} at ${stock.location}: ${claimed(stock)} are claimed of ${stock.sellable}`);
      }
      sellable += stock.sellable;
    }
    const came = log.came.get(sku) ?? 0, left = log.left.get(sku) ?? 0, ordered = shipped.get(sku) ?? 0;
    if (came - left !== sellable) {
      findings.push(`${sku}: ${came} came in, ${left} left, ${sellable} are there`);
    }
    if (left !== ordered) findings.push(`${sku}: ${left} left, orders say that ${ordered} were shipped`);
  }
  return { what: "claims ≤ sellable, and every unit is accounted for", looked: skus.length, findings };
}

/** Units of each SKU that orders say have left. */
function shippedIn(log: Folded): ReadonlyMap<string, number> {
  const units = new Map<string, number>();
  for (const order of ordersIn(log)) {
    order.lines.forEach(({ shipped }, i) => {
      const { sku } = order.placed.lines[i]!;
      units.set(sku, (units.get(sku) ?? 0) + shipped);
    });
  }
  return units;
}

/** 1,000 units and not one more, by the log and by what buyers were told. */
function auditFlash(log: Folded, ledger: Ledger): Check {
  const findings: string[] = [],
    buyers = ledger.of("order").filter(({ ask }) => ask.name.startsWith("flash-"));
  const sold = buyers.filter(({ told }) => told?.status === 201).length;
  const refused = buyers.filter(({ told }) => told?.status === 409).length;
  const wanted = Math.min(flashUnits, buyers.length);
  if (sold !== wanted) {
    findings.push(`${sold} buyers were told that they have a unit of the sale, of ${wanted}`);
  }
  if (sold + refused !== buyers.length) {
    findings.push(`${buyers.length - sold - refused} buyers were told neither yes nor no`);
  }
  const state = log.actors.get(actorId("sku", flashSku))?.state as SkuState | undefined;
  const allocated = state?.locations.reduce((sum, stock) => sum + stock.allocated + stock.reserved, 0);
  const given = (allocated ?? 0) + (log.left.get(flashSku) ?? 0);
  if (given !== sold) {
    findings.push(`the log has allocated or shipped ${given} units of the sale, ${sold} were promised`);
  }
  return {
    what: `the sale: exactly ${wanted} of ${buyers.length} buyers have a unit`,
    looked: buyers.length,
    findings,
  };
}

/** What orders say they have is what SKUs say they gave, hold by hold. */
function auditAgreement(log: Folded): Check {
  const ours = new Map<string, number>(), theirs = new Map<string, number>();
  const add = (to: Map<string, number>, key: string, units: number) => {
    if (units > 0) to.set(key, (to.get(key) ?? 0) + units);
  };
  for (const order of ordersIn(log)) addClaims(order, (key, units) => add(ours, key, units));
  for (const [sku, { state }] of actorsOf(log, "sku")) {
    for (const { order, hold, parts, queued } of (state as SkuState).claims.values()) {
      const attempt = attemptOf(order, hold);
      for (const { location, reserved, allocated } of parts) {
        add(theirs, `${sku} ${holdId(order, attempt)} ${location} reserved`, reserved);
        add(theirs, `${sku} ${holdId(order, attempt)} ${location} allocated`, allocated);
      }
      add(theirs, `${sku} ${holdId(order, attempt)} queued`, queued);
    }
  }
  const findings = [...new Set([...ours.keys(), ...theirs.keys()])]
    .filter((key) => ours.get(key) !== theirs.get(key))
    .map((key) => `${key}: the order says ${ours.get(key) ?? 0}, the SKU ${theirs.get(key) ?? 0}`);
  return { what: "orders and SKUs agree about every hold", looked: theirs.size, findings };
}

function addClaims(order: KnownOrder, add: (key: string, units: number) => void): void {
  const firm = order.payment === "captured" ? "allocated" : "reserved";
  order.lines.forEach((line, i) => {
    const { sku } = order.placed.lines[i]!;
    for (const { attempt, location, quantity } of line.claims) {
      add(`${sku} ${holdId(order.placed.order, attempt)} ${location} ${firm}`, quantity);
    }
  });
  for (const { sku, attempt, queued } of holdsOf(order)) {
    add(`${sku} ${holdId(order.placed.order, attempt)} queued`, queued);
  }
}

/** Nobody waits for anybody any more. */
function auditDecided(log: Folded): Check {
  const orders = ordersIn(log);
  const findings = orders.flatMap((order) => {
    const { phase, asking, cancelling, shipping, waiting, placed } = order;
    const waits = phase === "reserving" || asking || cancelling || shipping || waiting.length > 0;
    return waits ? [`order ${placed.order} is ${phase} and waits`] : [];
  });
  return { what: "every accepted order is decided", looked: orders.length, findings };
}

/** Every answer is what the log says. */
function auditAnswers(log: Folded, ledger: Ledger): Check {
  const findings = [...ledger.entries.values()].flatMap((entry) => {
    const problem = problemOf(log, entry);
    return problem === undefined ? [] : [`${entry.ask.kind} ${entry.ask.name}: ${problem}`];
  });
  return { what: "every answer is what the log says", looked: ledger.entries.size, findings };
}

const expected: Readonly<Record<string, readonly string[]>> = {
  "order 201": ["order.confirmed", "order.reserved"],
  "order 409": ["order.rejected"],
  "payment 200": ["order.payment_captured", "order.payment_failed"],
  "payment 409": ["order.refused"],
  "cancellation 200": ["order.cancel_requested", "order.lines_cancelled"],
  "cancellation 409": ["order.refused"],
  "receipt 201": ["stock_document.settled"],
  "shipment 201": ["order.shipped"],
};

function problemOf(log: Folded, { ask, told }: Entry): string | undefined {
  if (told === undefined) return "nobody ever told what became of it";
  const wanted = expected[`${ask.kind} ${told.status}`];
  if (wanted === undefined) return `the answer is ${told.status} ${told.text.slice(0, 200)}`;
  const actor = actorIn(log, ask), types = actor?.types ?? [];
  if (actor && !types.some((type) => wanted.includes(type))) {
    return `told ${told.status}, and the log says ${types.join(", ")}`;
  }
  if (actor && ask.kind === "shipment") return otherShipment(told.text, actor.state as OrderState);
  if (actor) return ask.kind === "order" ? otherOrder(told.text, told.status, ask.name) : undefined;
  return `told ${told.status}, and the log knows nothing of it`;
}

function otherOrder(text: string, status: number, number: string): string | undefined {
  if (status !== 201) return undefined;
  const body: unknown = JSON.parse(text);
  const named = body instanceof Object && "orderNumber" in body ? body.orderNumber : undefined;
  return named === number ? undefined : `the answer speaks of ${String(named)}`;
}

function otherShipment(text: string, order: OrderState): string | undefined {
  const { shipmentId, reference } = shipmentCreated.parse(JSON.parse(text));
  const known = order.phase === "unknown" ? [] : order.shipments;
  const same = known.filter(({ shipment, reference: said }) => shipment === shipmentId && said === reference);
  return same.length === 1 ? undefined : `the log says ${same.length} times that ${shipmentId} left`;
}

function actorIn(log: Folded, { kind, name, body, path }: Entry["ask"]) {
  if (kind === "receipt") {
    const { location, reference } = JSON.parse(body) as { location: string; reference: string };
    return log.actors.get(actorId("stockdoc", `${location}:${reference}`));
  }
  if (kind !== "order") return log.actors.get(actorId("order", path.split("/")[3] ?? ""));
  const id = name.startsWith("probe-") ? orderId(name, probeChannel) : orderId(name);
  return log.actors.get(actorId("order", id));
}

const ordersIn = (log: Folded): KnownOrder[] =>
  actorsOf(log, "order").flatMap(([, { state }]) => {
    const order = state as OrderState;
    return order.phase === "unknown" ? [] : [order];
  });

/** The orders whose personal data the log says was accepted. */
export const ordersWithPeople = (log: Folded): string[] =>
  [...log.actors].flatMap(([id, { state }]) => {
    if (!id.startsWith("order:")) return [];
    const order = state as OrderState;
    return order.phase !== "unknown" && order.placed.personal === true ? [keyOf(id)] : [];
  });
