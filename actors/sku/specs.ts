import type { Message } from "../actor.ts";
import type { HoldId, LocationCode, OrderId, ReturnId, ShipmentId, Sku } from "../ids.ts";
import type { SkuAnswer, SkuDocAnswer, SkuMessageFromDoc, WhenShort } from "../protocol.ts";
import { fold, someCause, throughJson } from "../testing/given.ts";
import { sku } from "./sku.ts";
import type { SkuCommand } from "./sku_commands.ts";
import type { Bucket, SkuEvent } from "./sku_events.ts";
import type { SkuState } from "./sku_state.ts";

/** The words that the specs of this actor are written in. An order `A` has one hold, `A/1`. */
export const theSku = "KEY" as Sku;
export const LON = "LON" as LocationCode;
export const MAN = "MAN" as LocationCode;

const holdOf = (order: string) => ({ hold: `${order}/1` as HoldId, order: order as OrderId });
export const part = (location: LocationCode, quantity: number) => ({ location, quantity });

export const hold = (order: string, quantity: number, whenShort: WhenShort = "refuse") =>
  ({ type: "hold", ...holdOf(order), quantity, whenShort }) satisfies SkuCommand;
export const commit = (order: string) => ({ type: "commit", ...holdOf(order) }) satisfies SkuCommand;
export const release = (
  order: string,
  options: {
    quantity?: number;
    reason?: "refused" | "expired" | "cancelled" | "payment_failed";
    answer?: boolean;
  } = {},
) =>
  ({
    type: "release",
    reason: "cancelled",
    answer: false,
    ...options,
    ...holdOf(order),
  }) satisfies SkuCommand;

export const receive = (quantity: number, location = LON, priority: number | null = null) =>
  ({ type: "receive", doc: "D1", location, quantity, priority }) satisfies SkuCommand;
export const adjustHold = (quantity: number, force = false) =>
  ({ type: "adjust.hold", doc: "D2", location: LON, quantity, force }) satisfies SkuCommand;
export const adjustRelease = () =>
  ({ type: "adjust.release", doc: "D2", location: LON }) satisfies SkuCommand;
export const adjustCommit = (delta: number, force = false) =>
  ({
    type: "adjust.commit",
    doc: "D2",
    location: LON,
    delta,
    reason: "damage",
    force,
    priority: null,
  }) satisfies SkuMessageFromDoc;
export const describeSku = (
  options: { safetyStock?: number; backorderLimit?: number | null; stocked?: boolean },
) =>
  ({
    type: "describe",
    description: "WHITE HANGING HEART",
    stocked: options.stocked ?? true,
    safetyStock: { LON: options.safetyStock ?? 0 },
    backorderLimit: options.backorderLimit ?? null,
  }) satisfies SkuCommand;

type Sent = { readonly to: string; readonly message: unknown };
type Told<A extends SkuAnswer = SkuAnswer> = A extends SkuAnswer ? Omit<A, "sku" | "hold"> : never;

export const tells = (order: string, answer: Told): Sent => ({
  to: `order:${order}`,
  message: { type: "stock", answers: [{ sku: theSku, hold: `${order}/1`, ...answer }] },
});
export const held = (
  order: string,
  parts: readonly { location: LocationCode; quantity: number }[],
  queued = 0,
) => tells(order, { kind: "held", parts, queued, service: false });
export const refused = (order: string, requested: number, available: number) =>
  tells(order, { kind: "refused", requested, available });
export const tellsDoc = (doc: string, answer: Omit<SkuDocAnswer, "sku">): Sent => ({
  to: `stockdoc:${doc}`,
  message: { type: "answered", answers: [{ sku: theSku, ...answer }] },
});

/** The answer that shows the SKU with these counters, among others, at its locations in turn. */
export const level = (...locations: readonly Record<string, number>[]) => ({ value: { locations } });

const ofHold = (order: string, quantity: number, location = LON) => ({
  hold: holdOf(order).hold,
  location,
  quantity,
});
export const pick = (order: string, quantity: number, location = LON) =>
  ({ type: "pick", ...ofHold(order, quantity, location) }) satisfies SkuCommand;
export const unpick = (order: string, quantity: number, location = LON) =>
  ({ type: "unpick", ...ofHold(order, quantity, location) }) satisfies SkuCommand;
export const pickShort = (order: string, quantity: number, location = LON) =>
  ({
    type: "pick.short",
    aside: `count-${location}`,
    ...ofHold(order, quantity, location),
  }) satisfies SkuCommand;
export const pack = (order: string, quantity: number, parcel = "P1", location = LON) =>
  ({ type: "pack", parcel, ...ofHold(order, quantity, location) }) satisfies SkuCommand;
export const unpack = (order: string, quantity: number, parcel = "P1", location = LON) =>
  ({ type: "unpack", parcel, ...ofHold(order, quantity, location) }) satisfies SkuCommand;
export const handOver = (order: string, parcel = "P1") =>
  ({ type: "hand_over", hold: holdOf(order).hold, parcel }) satisfies SkuCommand;
export const allocate = (order: string, quantity: number, override = false, location = LON) =>
  ({
    type: "allocate",
    order: order as OrderId,
    override,
    ...ofHold(order, quantity, location),
  }) satisfies SkuCommand;

export const parcelOf = (name = "1") => `shp_${name}` as ShipmentId;
export const bind = (order: string, quantity: number, shipment = parcelOf(), location = LON) =>
  ({ type: "shipment.pack", ...holdOf(order), shipment, location, quantity }) satisfies SkuCommand;
export const unbind = (order: string, shipment = parcelOf()) =>
  ({ type: "shipment.unpack", ...holdOf(order), shipment }) satisfies SkuCommand;
export const leave = (order: string, shipment = parcelOf()) =>
  ({ type: "shipment.hand_over", ...holdOf(order), shipment }) satisfies SkuCommand;

export const theReturn = "ret_1" as ReturnId;
const ofReturn = (quantity: number, location: LocationCode) => ({
  return: theReturn,
  operation: 1,
  move: 0,
  location,
  quantity,
});
export const receiveReturned = (quantity: number, location = LON) =>
  ({ type: "return.receive", ...ofReturn(quantity, location), priority: 4 }) satisfies SkuCommand;
export const gradeReturned = (quantity: number, to: Bucket | null, location = LON) =>
  ({ type: "return.grade", ...ofReturn(quantity, location), grade: "A", to }) satisfies SkuCommand;
export const restockReturned = (quantity: number, location = LON) =>
  ({ type: "return.restock", ...ofReturn(quantity, location), priority: 4 }) satisfies SkuCommand;
/** `there`: how few there were, when nothing happened. */
export const tellsReturn = (there?: number): Sent => ({
  to: `return:${theReturn}`,
  message: { type: "answered", answers: [{ operation: 1, move: 0, ...(there !== undefined && { there }) }] },
});

export interface Step {
  readonly state: SkuState;
  readonly events: readonly SkuEvent[];
  readonly messages: readonly Message[];
}

/** Decides a command and what it asks of itself, as one step. A refusal changes nothing. */
export function take(state: SkuState, command: SkuCommand): Step {
  const decision = sku.decide(state, throughJson(command), someCause);
  if (!decision.ok) return { state, events: [], messages: [] };
  let step: Step = {
    state: fold(sku, state, decision.events),
    events: decision.events,
    messages: decision.messages ?? [],
  };
  for (const { to, message } of decision.messages ?? []) {
    if (to !== `sku:${state.sku}`) continue;
    const next = take(step.state, message as SkuCommand);
    step = {
      state: next.state,
      events: [...step.events, ...next.events],
      messages: [...step.messages, ...next.messages],
    };
  }
  return step;
}

/** What each of the commands led to, in turn. */
export function* steps(commands: readonly SkuCommand[]): Generator<Step> {
  let state = sku.initial("KEY");
  for (const command of commands) {
    const step = take(state, command);
    yield step;
    state = step.state;
  }
}

/** All that the commands led to, as one step. */
export function run(commands: readonly SkuCommand[]): Step {
  const all = [...steps(commands)];
  return {
    state: all.at(-1)?.state ?? sku.initial("KEY"),
    events: all.flatMap(({ events }) => events),
    messages: all.flatMap(({ messages }) => messages),
  };
}
