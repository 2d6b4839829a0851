import { type ActorId, keyOf, type LocationCode } from "../../actors/ids.ts";
import { stockChanges, type StockCounter, stockCounters } from "../../actors/sku/stock_changes.ts";
import { skuEventOf } from "../../projections/stock_fold.ts";
import type { Entry } from "../../streams/record.ts";
import { Check, type CheckReport } from "../invoices/check.ts";
import { counted } from "../cli/counted.ts";

type Units = { [Counter in StockCounter]: number };
interface Place {
  readonly name: string;
  readonly units: Units;
}

const physical: ReadonlySet<StockCounter> = new Set(
  ["sellable", "qualityControl", "quarantine", "refurbish", "damaged"] as const,
);

const noUnits = (): Units => ({
  ...{ sellable: 0, qualityControl: 0, quarantine: 0, refurbish: 0, damaged: 0, incoming: 0, safetyStock: 0 },
  ...{ reserved: 0, allocated: 0, picked: 0, packed: 0, held: 0 },
});

/** What an event adds to the units that are there, whatever it moves between buckets (DOMAIN 1, I6). */
function cameOf({ type, data }: Entry): number {
  const { quantity = 0, delta = 0, to, role } = data as {
    readonly quantity?: number;
    readonly delta?: number;
    readonly to?: string | null;
    readonly role?: string;
  };
  switch (type) {
    case "goods.received":
    case "transfer.received":
    case "return.received":
      return quantity;
    case "parcel.handed_over":
    case "transfer.dispatched":
      return -quantity;
    case "return.graded":
      return to === null ? -quantity : 0;
    case "count.posted":
    case "stock.adjusted":
      return delta;
    case "kit.assembled":
      return role === "kit" ? quantity : -quantity;
    case "kit.broken":
      return role === "kit" ? -quantity : quantity;
    default:
      return 0;
  }
}

/** Stock, added up here anew: no counter below zero, claims ≤ sellable after every event, and nothing comes from nowhere. */
export class StockAudit {
  readonly #counters = new Check("stock: no counter is below zero");
  readonly #claims = new Check(
    "stock: claims are at most what is sellable, at every location, after every event",
  );
  readonly #conserved = new Check("stock: only what comes and goes changes how many units there are");
  readonly #places = new Map<ActorId, Map<LocationCode, Place>>();
  readonly #touched = new Set<Place>();

  take(entry: Entry, sequence: number): void {
    if (!entry.actor.startsWith("sku:")) return;
    let there = 0;
    for (const { location, counter, delta } of stockChanges(skuEventOf(entry))) {
      const place = this.#placeOf(entry.actor, location);
      place.units[counter] += delta;
      if (physical.has(counter)) there += delta;
      this.#touched.add(place);
    }
    const came = cameOf(entry), what = () => `${entry.type} (${entry.version}) in record ${sequence}`;
    this.#conserved.expect(
      there === came,
      () => `${what()} of ${entry.actor} changes ${counted(there, "unit")}, though ${came} came`,
    );
    for (const place of this.#touched) this.#look(place, what);
    this.#touched.clear();
  }

  #placeOf(actor: ActorId, location: LocationCode): Place {
    let places = this.#places.get(actor);
    if (places === undefined) this.#places.set(actor, places = new Map());
    let place = places.get(location);
    if (place === undefined) {
      places.set(location, place = { name: `${keyOf(actor)} at ${location}`, units: noUnits() });
    }
    return place;
  }

  #look({ name, units }: Place, what: () => string): void {
    const { sellable, reserved, allocated, picked, packed, held } = units;
    const claimed = reserved + allocated + picked + packed + held;
    this.#claims.expect(
      claimed <= sellable,
      () => `${name}: ${claimed} of ${sellable} are claimed, by ${what()}`,
    );
    this.#counters.look();
    for (const counter of stockCounters) {
      if (units[counter] >= 0) continue;
      this.#counters.found(`${name}: ${counter} is ${units[counter]}, by ${what()}`);
    }
  }

  reports(): CheckReport[] {
    return [this.#counters, this.#claims, this.#conserved].map((check) => check.report());
  }
}
