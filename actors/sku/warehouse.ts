import { accept, reject } from "../actor.ts";
import type { LocationCode } from "../ids.ts";
import { allocate as choose } from "./allocation.ts";
import { Draft, toOrder } from "./draft.ts";
import type { SkuRejection, WarehouseCommand } from "./sku_commands.ts";
import { type ClaimCounter, type SkuEvent, skuEvent } from "./sku_events.ts";
import {
  availableAt,
  availableToNew,
  type Claim,
  free,
  removable,
  type SkuState,
  stockAt,
} from "./sku_state.ts";

type Of<Type extends WarehouseCommand["type"]> = Extract<WarehouseCommand, { readonly type: Type }>;
type Step = Of<"pick" | "unpick" | "pick.short" | "pack" | "unpack">;

/** What each step takes units from, and how it is refused when they are not there. */
const steps = {
  "pick": { from: "allocated", reason: "not-allocated" },
  "unpick": { from: "picked", reason: "not-picked" },
  "pick.short": { from: "allocated", reason: "not-allocated" },
  "pack": { from: "picked", reason: "not-picked" },
  "unpack": { from: "packed", reason: "not-packed" },
} as const satisfies {
  readonly [Type in Step["type"]]: {
    readonly from: ClaimCounter;
    readonly reason: SkuRejection["reason"];
  };
};

/** Scans. They carry no key: the document that asks (a pick list, a parcel) asks once and remembers. */
export function step(state: SkuState, command: Step) {
  const claim = state.claims.get(command.hold);
  if (claim === undefined) return unknownHold(command.type, command.hold);
  const { from, reason } = steps[command.type];
  const there = unitsThere(claim, command, from);
  if (there < command.quantity) {
    const at = `${there} of ${command.quantity} units are ${from} at ${command.location}`;
    return reject<SkuRejection>({ reason, detail: `Cannot ${command.type} for ${claim.hold}: ${at}` });
  }
  const takesAway = command.type === "pick" || command.type === "pick.short";
  if (takesAway && removable(stockAt(state, command.location)) < command.quantity) {
    const detail = `Cannot pick for ${claim.hold}: a forced adjustment in progress takes the units`;
    return reject<SkuRejection>({ reason: "stock-claimed", detail });
  }
  const elsewhere = command.type === "pick.short" ? state.asides.get(command.aside) : undefined;
  if (elsewhere !== undefined && elsewhere.location !== command.location) {
    const detail = `Cannot set units aside as ${elsewhere.aside}: that is at ${elsewhere.location}`;
    return reject<SkuRejection>({ reason: "location-differs", detail });
  }
  const draft = new Draft(state);
  draft.emit(stepEvent(claim, command));
  if (command.type === "pick.short") draft.tell(lostTo(state, claim, command));
  return draft.accept("view");
}

function unitsThere(claim: Claim, command: Step, from: ClaimCounter): number {
  if (command.type === "unpack") return inParcel(claim, command.parcel, command.location);
  return claim.parts.find(({ location }) => location === command.location)?.[from] ?? 0;
}

function inParcel(claim: Claim, parcel: string, at: LocationCode): number {
  return claim.parcels.find((part) => part.parcel === parcel && part.location === at)?.quantity ?? 0;
}

function stepEvent({ hold, order }: Claim, command: Step): SkuEvent {
  const { location, quantity } = command;
  const moved = { hold, order, location, quantity };
  switch (command.type) {
    case "pick":
      return skuEvent("units.picked", moved);
    case "unpick":
      return skuEvent("units.unpicked", moved);
    case "pick.short":
      return skuEvent("pick.short", { ...moved, aside: command.aside });
    case "pack":
      return skuEvent("parcel.packed", { ...moved, parcel: command.parcel });
    case "unpack":
      return skuEvent("parcel.unpacked", { ...moved, parcel: command.parcel });
  }
}

/** The order routes its line again, as after any other loss. */
function lostTo(state: SkuState, { hold, order }: Claim, { location, quantity }: Step) {
  return toOrder(order, { kind: "lost", sku: state.sku, hold, parts: [{ location, quantity }] });
}

/** Idempotent by the parcel: what has left is packed no more, so that the second time there is nothing to hand over. */
export function handOver(state: SkuState, { hold, parcel }: Omit<Of<"hand_over">, "type">) {
  const claim = state.claims.get(hold);
  const leaving = claim?.parcels.filter((part) => part.parcel === parcel) ?? [];
  const events = leaving.map(({ location, quantity }) =>
    skuEvent("parcel.handed_over", { hold, order: claim!.order, parcel, location, quantity })
  );
  return accept<SkuEvent>(events, { reply: "view" });
}

/** Keyed by its hold: one that exists already is left as it is. */
export function allocate(state: SkuState, { hold, order, location, quantity, override }: Of<"allocate">) {
  if (state.claims.has(hold)) return accept<SkuEvent>([], { reply: "view" });
  const stock = stockAt(state, location);
  const most = override ? free(stock) : Math.min(availableAt(stock), availableToNew(state));
  if (quantity > most) {
    const detail = `Cannot allocate ${quantity} units at ${location}: ${most} are available`;
    return reject<SkuRejection>({ reason: "insufficient-stock", detail });
  }
  const parts = choose([stock], quantity, () => most);
  return accept([skuEvent("stock.allocated", { hold, order, parts })], { reply: "view" });
}

function unknownHold(type: string, hold: string) {
  return reject<SkuRejection>({
    reason: "unknown-hold",
    detail: `Cannot ${type} for ${hold}: it has no claim`,
  });
}
