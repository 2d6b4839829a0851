import { accept } from "../actor.ts";
import type { SkuAnswer, SkuMessageFromOrder } from "../protocol.ts";
import { toOrder } from "./draft.ts";
import { type SkuEvent, skuEvent } from "./sku_events.ts";
import { type Claim, removable, type SkuState, stockAt } from "./sku_state.ts";

type Of<Type extends SkuMessageFromOrder["type"]> = Extract<SkuMessageFromOrder, { readonly type: Type }>;

/** A refusal is an answer to the order, as with a hold. What is picked by scan stays picked: it is packed by scan, too. */
export function pack(state: SkuState, command: Of<"shipment.pack">) {
  const { hold, order, shipment, location, quantity } = command;
  const claim = state.claims.get(hold);
  const told = { sku: state.sku, hold, shipment };
  if (claim !== undefined && partsOf(claim, shipment).length > 0) {
    return answer(command, { kind: "packed", ...told });
  }
  const allocated = mayLeave(state, claim, command);
  if (allocated < quantity) return answer(command, { kind: "not_packed", ...told, allocated });
  const event = skuEvent("stock.packed", { hold, order, location, quantity, parcel: shipment });
  return answer(command, { kind: "packed", ...told }, [event]);
}

/** Nothing happens when nothing is bound, or has left already. */
export function unpack(state: SkuState, { hold, order, shipment }: Of<"shipment.unpack">) {
  const claim = state.claims.get(hold);
  const bound = claim === undefined ? [] : partsOf(claim, shipment);
  return accept<SkuEvent>(bound.map((part) => skuEvent("stock.unpacked", { hold, order, ...part })));
}

const partsOf = ({ parcels }: Claim, shipment: string) => parcels.filter(({ parcel }) => parcel === shipment);

/** Allocated units, without those that a forced adjustment in progress counts on. */
function mayLeave(state: SkuState, claim: Claim | undefined, { location }: Of<"shipment.pack">): number {
  const part = claim?.parts.find((other) => other.location === location);
  return Math.max(0, Math.min(part?.allocated ?? 0, removable(stockAt(state, location))));
}

function answer({ order }: Of<"shipment.pack">, given: SkuAnswer, events: readonly SkuEvent[] = []) {
  return accept(events, { messages: [toOrder(order, given)] });
}
