import { assert } from "../actor.ts";
import { type StockCounter, stockCounters } from "./stock_changes.ts";
import {
  type Claim,
  claimed,
  emptyLocation,
  type LocationStock,
  removable,
  type SkuState,
} from "./sku_state.ts";

/** I1 and I2 of the domain, in time that does not grow with the number of claims; run after every event. */
export function check(state: SkuState): void {
  for (const stock of state.locations) {
    for (const counter of stockCounters) {
      const value = stock[counter];
      if (!(value >= 0)) {
        assert(false, `Cannot be: ${counter} of ${state.sku} at ${stock.location} is ${value} (I1)`);
      }
    }
    if (claimed(stock) > stock.sellable || removable(stock) < 0) {
      assert(false, `Cannot be: claims on ${state.sku} at ${stock.location} exceed what is sellable (I2)`);
    }
  }
  assert(state.backordered >= 0, "Cannot be: fewer than no units are queued (I1)");
}

/** I3: counts every record again and compares the sums with the counters. In proportion to the claims: for tests and `verify`. */
export function recount(state: SkuState): void {
  const sums = new Map<string, Record<StockCounter | "over", number>>();
  const add = (location: string, counter: StockCounter | "over", quantity: number) => {
    const sum = sums.get(location) ?? { ...zeros };
    sum[counter] += quantity;
    sums.set(location, sum);
  };
  let queued = 0;
  for (const claim of state.claims.values()) {
    queued += claim.queued;
    assert(
      claim.queued === 0 || state.queue.get(claim.place) === claim.hold,
      `${claim.hold} is not in the queue`,
    );
    for (const part of claim.parts) {
      for (const counter of ["reserved", "allocated", "picked", "packed"] as const) {
        add(part.location, counter, part[counter]);
      }
    }
    recountParcels(claim);
  }
  for (const { location, quantity, over } of state.asides.values()) {
    add(location, "held", quantity);
    add(location, "over", over);
  }
  for (const { location, quantity } of state.supplies.values()) add(location, "incoming", quantity);
  assert(
    queued === state.backordered,
    `Cannot be: ${state.backordered} counted as queued, ${queued} are (I3)`,
  );
  for (const stock of state.locations) compare(stock, sums.get(stock.location) ?? zeros);
}

const { location: _, priority: __, ...zeros } = emptyLocation("" as LocationStock["location"]);

function compare(stock: LocationStock, sum: Record<StockCounter | "over", number>): void {
  for (const counter of ["reserved", "allocated", "picked", "packed", "held", "incoming", "over"] as const) {
    assert(
      stock[counter] === sum[counter],
      `Cannot be: ${counter} at ${stock.location} is ${stock[counter]}, its records sum to ${
        sum[counter]
      } (I3)`,
    );
  }
}

function recountParcels({ hold, parts, parcels }: Claim): void {
  for (const part of parts) {
    const here = parcels.filter(({ location }) => location === part.location);
    const packed = here.reduce((sum, { quantity }) => sum + quantity, 0);
    assert(
      packed === part.packed,
      `Cannot be: parcels of ${hold} hold ${packed} units, ${part.packed} are packed (I3)`,
    );
  }
}
