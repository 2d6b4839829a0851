import type { Callback } from "../../streams/callbacks/callback_pack.ts";
import type { CarrierAdapter } from "./adapter.ts";
import { saidBy } from "./replay.ts";

/** A code that stands in no table. */
export interface UnmappedCode {
  readonly carrier: string;
  readonly code: string;
  /** In so many bodies. */
  readonly count: number;
  readonly firstMs: number;
  readonly lastMs: number;
  /** One parcel of which it was said, and the carrier's words for it. */
  readonly trackingNumber: string;
  readonly description: string;
}

const codesMax = 10_000;

/** Gathers the codes that today's tables do not have. */
export class UnmappedCodes {
  readonly #adapters: ReadonlyMap<string, CarrierAdapter>;
  readonly #codes = new Map<string, UnmappedCode>();

  constructor(adapters: ReadonlyMap<string, CarrierAdapter>) {
    this.#adapters = adapters;
  }

  add(callback: Callback): void {
    const adapter = this.#adapters.get(callback.carrier), said = adapter ? saidBy(adapter, callback) : [];
    for (const parcel of typeof said === "string" ? [] : said) {
      for (const code of parcel.unmapped ?? []) {
        const event = parcel.events.find(({ carrierCode }) => carrierCode === code);
        this.#note(callback, code, parcel.trackingNumber, event?.description ?? "");
      }
    }
  }

  /** The most frequent first. */
  list(): readonly UnmappedCode[] {
    return [...this.#codes.values()].sort((one, other) =>
      other.count - one.count || one.firstMs - other.firstMs
    );
  }

  #note({ carrier, atMs }: Callback, code: string, trackingNumber: string, description: string): void {
    const key = `${carrier} ${code}`, known = this.#codes.get(key);
    if (!known && this.#codes.size >= codesMax) return;
    const { count, firstMs, lastMs } = known ?? { count: 0, firstMs: atMs, lastMs: atMs };
    this.#codes.set(key, {
      ...(known ?? { carrier, code, trackingNumber, description }),
      count: count + 1,
      firstMs: Math.min(firstMs, atMs),
      lastMs: Math.max(lastMs, atMs),
    });
  }
}
