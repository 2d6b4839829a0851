import type { LocationCode } from "../ids.ts";
import type { Part } from "../protocol.ts";
import { availableAt, type Claim, type LocationStock } from "./sku_state.ts";

/**
 * Where `quantity` units are taken from: the first location by priority that can serve them all (fewest splits first), else as
 * many as each can give, by priority. The caller knows that there are enough.
 */
export function allocate(
  locations: readonly LocationStock[],
  quantity: number,
  available: (stock: LocationStock) => number = availableAt,
): readonly Part[] {
  const single = locations.find((stock) => available(stock) >= quantity);
  if (single !== undefined) return [{ location: single.location, quantity }];
  const parts: Part[] = [];
  let left = quantity;
  for (const stock of locations) {
    const taken = Math.min(left, available(stock));
    if (taken > 0) parts.push({ location: stock.location, quantity: taken });
    left -= taken;
    if (left === 0) break;
  }
  return parts;
}

export interface GivenBack {
  readonly reserved: readonly Part[];
  readonly allocated: readonly Part[];
}

/**
 * Which of a claim's units are given back: from the location that allocation would choose last, there the reserved ones first.
 * What is picked or packed stays: a scan must contradict that.
 */
export function giveBack(claim: Claim, quantity: number, locations: readonly LocationStock[]): GivenBack {
  const reserved: Part[] = [], allocated: Part[] = [];
  let left = quantity;
  const take = (into: Part[], location: LocationCode, upTo: number) => {
    const taken = Math.min(left, upTo);
    if (taken > 0) into.push({ location, quantity: taken });
    left -= taken;
  };
  for (let i = locations.length - 1; i >= 0 && left > 0; i--) {
    const part = claim.parts.find(({ location }) => location === locations[i]!.location);
    if (part === undefined) continue;
    take(reserved, part.location, part.reserved);
    take(allocated, part.location, part.allocated);
  }
  return { reserved, allocated };
}

export function sumOf(parts: readonly Part[]): number {
  let sum = 0;
  for (const part of parts) sum += part.quantity;
  return sum;
}

/** The units at each location once, in the sequence of first mention. */
export function joined(...lists: readonly (readonly Part[])[]): readonly Part[] {
  const sums = new Map<LocationCode, number>();
  for (const { location, quantity } of lists.flat()) sums.set(location, (sums.get(location) ?? 0) + quantity);
  return [...sums].map(([location, quantity]) => ({ location, quantity }));
}
