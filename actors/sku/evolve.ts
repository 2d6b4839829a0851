import { assert } from "../actor.ts";
import type { LocationCode } from "../ids.ts";
import type { SkuEvent } from "./sku_events.ts";
import { evolveClaim } from "./claims.ts";
import { backorderedChange, type StockChange, stockChanges } from "./stock_changes.ts";
import {
  type Aside,
  byPriority,
  emptyLocation,
  type LocationStock,
  type SkuState,
  transferSupply,
  type Writable,
} from "./sku_state.ts";

/** Counters first, from the same function that every reader uses; then the records that they are sums of. */
export function evolve(state: SkuState, event: SkuEvent): SkuState {
  const changes = stockChanges(event);
  const next: Writable<SkuState> = { ...state }; // The one copy of an event about orders: thousands a second.
  next.known = true;
  if (changes.length > 0) next.locations = applyChanges(state.locations, changes);
  next.backordered += backorderedChange(event);
  evolveClaim(next, event, changes);
  return evolveRecords(next, event);
}

function evolveRecords(state: SkuState, event: SkuEvent): SkuState {
  switch (event.type) {
    case "sku.described": {
      const { stocked, backorderLimit, ...description } = event.data;
      return { ...state, stocked, backorderLimit, description };
    }
    case "location.revised":
      return prioritised(state, event.data.location, event.data.priority);
    case "goods.received": {
      const { location, priority, expected } = event.data;
      const next = priority === undefined ? state : prioritised(state, location, priority);
      return expected === undefined ? next : arrived(next, expected.supply, expected.quantity);
    }
    case "stock.adjusted": {
      const { location, priority } = event.data;
      return priority === undefined ? state : prioritised(state, location, priority);
    }
    case "pick.short": {
      const { aside, location, quantity } = event.data;
      return setAside(state, { aside, location, quantity, over: 0, reason: "suspect" });
    }
    case "stock.held":
      return setAside(state, event.data);
    case "hold.lifted":
      return lifted(state, event.data);
    default:
      return evolveSupplies(state, event);
  }
}

function evolveSupplies(state: SkuState, event: SkuEvent): SkuState {
  switch (event.type) {
    case "supply.expected": {
      const { supply } = event.data;
      return { ...state, supplies: state.supplies.set(supply, event.data) };
    }
    case "supply.revised": {
      const { delta: _, ...supply } = event.data;
      if (supply.quantity === 0) return { ...state, supplies: state.supplies.delete(supply.supply) };
      return { ...state, supplies: state.supplies.set(supply.supply, supply) };
    }
    case "transfer.dispatched": {
      const { to, quantity, etaMs } = event.data, id = transferSupply(event.data.transfer);
      const supply = { supply: id, location: to, quantity, etaMs, promisable: false };
      return { ...state, supplies: state.supplies.set(id, supply) };
    }
    case "transfer.received":
      return arrived(state, transferSupply(event.data.transfer), event.data.quantity);
    default:
      return state;
  }
}

/** One copy for each counter that changes; the locations that do not are shared. */
function applyChanges(locations: readonly LocationStock[], changes: readonly StockChange[]) {
  const next = locations.slice();
  let added = false;
  for (const { location, counter, delta } of changes) {
    let index = 0;
    while (index < next.length && next[index]!.location !== location) index++;
    added ||= index === next.length;
    const stock: Writable<LocationStock> = { ...next[index] ?? emptyLocation(location) };
    stock[counter] += delta;
    next[index] = stock;
  }
  return added ? next.sort(byPriority) : next;
}

function prioritised(state: SkuState, location: LocationCode, priority: number | null): SkuState {
  const old = state.locations.find((stock) => stock.location === location) ?? emptyLocation(location);
  const others = state.locations.filter((stock) => stock.location !== location);
  return { ...state, locations: [...others, { ...old, priority }].sort(byPriority) };
}

function arrived(state: SkuState, id: string, quantity: number): SkuState {
  const supply = state.supplies.get(id);
  assert(
    supply !== undefined && supply.quantity >= quantity,
    `Cannot receive supply ${id}: not that much is open`,
  );
  if (supply.quantity === quantity) return { ...state, supplies: state.supplies.delete(id) };
  return { ...state, supplies: state.supplies.set(id, { ...supply, quantity: supply.quantity - quantity }) };
}

/** More of the same is added to what is set aside already. */
function setAside(state: SkuState, { aside, location, quantity, over, reason }: Aside): SkuState {
  const old = state.asides.get(aside);
  assert(
    old === undefined || old.location === location,
    `Cannot set aside ${aside}: it is at another location`,
  );
  const sum = { quantity: quantity + (old?.quantity ?? 0), over: over + (old?.over ?? 0) };
  const asides = state.asides.set(aside, { aside, location, ...sum, reason: old?.reason ?? reason });
  return { ...state, asides, locations: over === 0 ? state.locations : withOver(state, location, over) };
}

function lifted(state: SkuState, { aside, location, quantity, over }: Aside): SkuState {
  const old = state.asides.get(aside);
  assert(old !== undefined, `Cannot lift ${aside}: nothing is set aside for it`);
  const left = { quantity: old.quantity - quantity, over: old.over - over };
  assert(left.quantity >= 0 && left.over >= 0, `Cannot lift ${aside}: less is set aside`);
  const asides = left.quantity + left.over === 0
    ? state.asides.delete(aside)
    : state.asides.set(aside, { ...old, ...left });
  return { ...state, asides, locations: over === 0 ? state.locations : withOver(state, location, -over) };
}

function withOver(state: SkuState, location: LocationCode, delta: number): readonly LocationStock[] {
  const known = state.locations.some((stock) => stock.location === location);
  const locations = known ? state.locations : [...state.locations, emptyLocation(location)].sort(byPriority);
  return locations.map((stock) =>
    stock.location === location ? { ...stock, over: stock.over + delta } : stock
  );
}
