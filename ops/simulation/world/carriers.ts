import generic from "../../../http/carriers/generic/adapter.ts";
import { trackingStatuses } from "../../../actors/parcel/status.ts";
import type { Callback } from "../../../streams/callbacks/callback_pack.ts";
import type { Kept } from "../../../streams/callbacks/callback_store.ts";
import type { Chance } from "../kernel/chance.ts";
import { type Kernel, world } from "../kernel/kernel.ts";
import { withPatience } from "./patience.ts";

interface CarriersOptions {
  readonly kernel: Kernel;
  readonly chance: Chance;
  /** The world's true time, milliseconds since 1970. */
  readonly nowMs: () => number;
  /** The number of a parcel that left, or soon will. */
  readonly number: () => string;
  /** An edge that takes callbacks; undefined when there is none. */
  readonly edge: () => ((callback: Callback) => Promise<Kept>) | undefined;
  readonly meanMs: number;
}

/** Longer than any edge takes to keep a callback. */
const giveUpMs = 8_000;
/** Scans happened at most so long ago, or will, on a grid so coarse that many are told twice. */
const scanAgeMsMax = 20_000, scanAheadMsMax = 2_000, scanGridMs = 1_000;

/** Carriers, who say what becomes of parcels: late, twice, in any sequence, and again until they hear that it is kept. */
export class Carriers {
  readonly #options: CarriersOptions;
  #open = 0;
  #calls = 0;
  #closed = false;

  constructor(options: CarriersOptions) {
    this.#options = options;
    this.#callLater();
  }

  /** How many callbacks are not kept yet, as far as their carriers know. */
  get waiting(): number {
    return this.#open;
  }
  /** No more news. */
  close(): void {
    this.#closed = true;
  }

  #callLater(): void {
    const { kernel, chance, meanMs } = this.#options;
    kernel.after(world, chance.wait(meanMs), "a carrier has news", () => {
      if (this.#closed) return;
      this.#open += 1;
      this.#call(this.#news());
      this.#callLater();
    });
  }

  /** One callback may tell of several parcels. */
  #news(): Uint8Array {
    const { chance } = this.#options;
    const events = Array.from({ length: chance.oneOf([1, 1, 2, 4]) }, () => this.#scan());
    return new TextEncoder().encode(JSON.stringify({ events }));
  }
  #scan() {
    const { chance, number, nowMs } = this.#options;
    const scannedMs = nowMs() + scanAheadMsMax - chance.between(0, scanAgeMsMax + scanAheadMsMax);
    const occurredAt = new Date(scannedMs - scannedMs % scanGridMs).toISOString();
    const estimated = chance.happens(0.2) && { estimatedDelivery: this.#estimate() };
    return {
      carrier: "dpd",
      trackingNumber: number(),
      status: chance.oneOf(trackingStatuses),
      occurredAt,
      ...estimated,
    };
  }
  #estimate(): string {
    const { chance, nowMs } = this.#options;
    return new Date(nowMs() + chance.between(-5_000, 30_000)).toISOString();
  }

  #call(body: Uint8Array): void {
    const { kernel, edge, nowMs } = this.#options, keep = edge();
    if (keep === undefined) return this.#again(body);
    const once = withPatience(kernel, { ms: giveUpMs, what: "a carrier gives up" }, () => this.#again(body));
    const callback = { id: `cb_${++this.#calls}`, carrier: generic.name, atMs: nowMs(), body };
    keep(callback).then(({ kind }) => once(() => kind === "stored" ? this.#kept() : this.#again(body)));
  }
  #kept(): void {
    this.#open -= 1;
  }
  #again(body: Uint8Array): void {
    const { kernel, chance } = this.#options;
    kernel.after(world, 50 + chance.wait(500), "a carrier calls again", () => this.#call(body));
  }
}
