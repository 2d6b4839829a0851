import { setTimeout as wait } from "node:timers/promises";
import { newClient } from "../demo/client.ts";
import type { Target } from "../demo/target.ts";
import { Failure } from "../cli/failure.ts";

/** An order that was acknowledged, and its parcel, if that was acknowledged. */
export interface Placed {
  readonly number: string;
  readonly orderId: string;
  readonly sku: string;
  shipped?: string;
}

export const skus = ["TEA", "LAMP", "CHAIR", "BOWL"], unitsOfEach = 1_000_000;
const location = "LON1", shippedEach = 3, patienceMs = 1_800_000, waitingMax = 500;

/**
 * Buyers who come at a steady rate, whatever the system does; each waits for a decision and asks again until there is one, as a
 * storefront does. Every third order is shipped, and so invoiced.
 */
export class Load {
  readonly placed: Placed[] = [];
  /** Of all that were acknowledged since it was last asked: the longest time that one waited. */
  #longestMs = 0;
  readonly #client;
  readonly #everyMs: number;
  readonly #waiting = new Set<Promise<void>>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #failure: unknown;
  #count = 0;
  #abandoned = false;

  constructor(target: Target, ratePerSecond: number) {
    const sleep = async (ms: number) => {
      await wait(ms);
      if (this.#abandoned) throw new Failure("Cannot go on: nobody orders any more");
    };
    this.#client = newClient({ target, patienceMs, sleep });
    this.#everyMs = 1_000 / ratePerSecond;
  }

  async open(): Promise<void> {
    const lines = skus.map((sku) => ({ sku, quantity: unitsOfEach }));
    await this.#decided("/v1/stock/receipts", { location, reference: "PO-1", lines });
    this.start();
  }

  start(): void {
    this.#timer ??= setInterval(() => {
      // Who comes while hundreds wait goes elsewhere.
      if (this.#waiting.size >= waitingMax) return;
      const buying = this.#buy(this.#count++);
      this.#waiting.add(buying);
      buying.catch((error) => this.#failure ??= error).finally(() => this.#waiting.delete(buying));
    }, this.#everyMs);
  }

  /** No more come, and nobody waits any more. */
  async rest(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    await Promise.allSettled(this.#waiting);
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** The same, but those who wait go away without a decision. */
  abandon(): void {
    this.#abandoned = true;
    clearInterval(this.#timer);
  }

  /** The longest wait since the last call, in milliseconds. */
  takeLongestMs(): number {
    const longestMs = this.#longestMs;
    this.#longestMs = 0;
    return longestMs;
  }

  /** Sends again what was acknowledged: what is there answers as before. The number of orders that were not there. */
  async reenter(): Promise<number> {
    let missing = 0;
    const again = async (one: Placed) => {
      const { replayed, body } = await this.#decided("/v1/orders", orderOf(one));
      if (!replayed) missing++;
      const { orderId } = body as { readonly orderId: string };
      if (orderId !== one.orderId) throw new Failure(`Cannot re-enter ${one.number}: it became ${orderId}`);
      if (one.shipped !== undefined) await this.#ship(one);
    };
    const rest = [...this.placed],
      worker = async () => {
        for (let one = rest.pop(); one !== undefined; one = rest.pop()) await again(one);
      };
    await Promise.all(Array.from({ length: 16 }, worker));
    return missing;
  }

  async #buy(n: number): Promise<void> {
    const one = { number: `drill-${n}`, sku: skus[n % skus.length]! }, sinceMs = performance.now();
    const { body } = await this.#decided("/v1/orders", orderOf(one));
    this.#longestMs = Math.max(this.#longestMs, performance.now() - sinceMs);
    const placed: Placed = { ...one, orderId: (body as { readonly orderId: string }).orderId };
    this.placed.push(placed);
    if (n % shippedEach !== 0) return;
    await this.#ship(placed);
    placed.shipped = placed.number;
  }

  async #ship({ orderId, number, sku }: Placed): Promise<void> {
    await this.#decided(`/v1/orders/${orderId}/shipments`, {
      ...{ reference: "P", location, carrier: "generic", trackingNumber: number },
      lines: [{ sku, quantity: 1 }],
    });
  }

  async #decided(path: string, body: object) {
    const answer = await this.#client.decide("POST", path, body);
    if (answer.status === 201 || answer.status === 200) return answer;
    throw new Failure(`Cannot go on: ${path} answers ${answer.status} ${JSON.stringify(answer.body)}`);
  }
}

const orderOf = ({ number, sku }: Pick<Placed, "number" | "sku">) => ({
  ...{ channel: "web", orderNumber: number, currency: "GBP" },
  customer: { name: `Buyer ${number}`, email: `${number}@example.org` },
  lines: [{ sku, quantity: 1, unitPrice: "2.55", taxRate: "0.20" }],
});
