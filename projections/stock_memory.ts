import type { Sku } from "../actors/ids.ts";
import { type StockCounter, stockCounters } from "../actors/sku/stock_changes.ts";
import type { SkuStock, StockLevel } from "./queries.ts";
import type { StockSums } from "./stock_fold.ts";

const columns = Object.fromEntries(stockCounters.map((counter, i) => [counter, i])) as Record<
  StockCounter,
  number
>;
const width = stockCounters.length;
const firstRows = 1024;

interface SkuCell {
  description: string | undefined;
  stocked: boolean;
  backordered: number;
  /** Location and row number in turn, sorted by location. Few enough to search from the front. */
  readonly rows: (string | number)[];
}

/** All counters of all SKUs at all locations: one block of numbers, and a small object per SKU (about 0.4 KB for three locations). */
export class StockMemory implements StockSums {
  readonly #skus = new Map<string, SkuCell>();
  /** One string for each location, however many rows name it. */
  readonly #locations = new Map<string, string>();
  #counters = new Float64Array(firstRows * width);
  #rows = 0;

  see(sku: string): void {
    this.#cell(sku);
  }

  add(sku: string, location: string, counter: StockCounter, delta: number): void {
    const at = this.#row(this.#cell(sku), location) * width + columns[counter];
    this.#counters[at] = this.#counters[at]! + delta;
  }

  describe(sku: string, description: string, stocked: boolean): void {
    const cell = this.#cell(sku);
    cell.description = description;
    cell.stocked = stocked;
  }

  addBackordered(sku: string, delta: number): void {
    this.#cell(sku).backordered += delta;
  }

  sku(sku: Sku): SkuStock | undefined {
    const cell = this.#skus.get(sku);
    if (cell === undefined) return undefined;
    const locations: StockLevel[] = [];
    for (let i = 0; i < cell.rows.length; i += 2) {
      locations.push(this.#level(cell.rows[i] as string, cell.rows[i + 1] as number));
    }
    return {
      sku,
      stocked: cell.stocked,
      ...(cell.description === undefined ? {} : { description: cell.description }),
      available: locations.reduce((sum, { available }) => sum + available, 0),
      backordered: cell.backordered,
      locations,
    };
  }

  #cell(sku: string): SkuCell {
    let cell = this.#skus.get(sku);
    if (cell === undefined) {
      cell = { description: undefined, stocked: true, backordered: 0, rows: [] };
      this.#skus.set(sku, cell);
    }
    return cell;
  }

  #row({ rows }: SkuCell, location: string): number {
    let i = 0;
    for (; i < rows.length; i += 2) {
      if (rows[i] === location) return rows[i + 1] as number;
      if (rows[i] as string > location) break;
    }
    const row = this.#newRow();
    rows.splice(i, 0, this.#sharedName(location), row);
    return row;
  }

  #newRow(): number {
    if ((this.#rows + 1) * width > this.#counters.length) {
      const grown = new Float64Array(this.#counters.length * 2);
      grown.set(this.#counters);
      this.#counters = grown;
    }
    return this.#rows++;
  }

  #sharedName(location: string): string {
    const known = this.#locations.get(location);
    if (known === undefined) this.#locations.set(location, location);
    return known ?? location;
  }

  #level(location: string, row: number): StockLevel {
    const of = (counter: StockCounter) => this.#counters[row * width + columns[counter]]!;
    const sellable = of("sellable"), qualityControl = of("qualityControl"), quarantine = of("quarantine");
    const refurbish = of("refurbish"), damaged = of("damaged"), reserved = of("reserved");
    const allocated = of("allocated"), picked = of("picked"), packed = of("packed"), held = of("held");
    const safetyStock = of("safetyStock");
    return {
      location,
      onHand: sellable + qualityControl + quarantine + refurbish + damaged,
      sellable,
      qualityControl,
      quarantine,
      refurbish,
      damaged,
      reserved,
      allocated,
      picked,
      packed,
      held,
      incoming: of("incoming"),
      safetyStock,
      available: Math.max(0, sellable - reserved - allocated - picked - packed - held - safetyStock),
    };
  }
}
