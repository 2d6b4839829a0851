import { claimDue, type Claimed, type Room } from "../../projections/webhooks/claims.ts";
import { forgetOld } from "../../projections/webhooks/delivery_log.ts";
import { isActive } from "../../projections/webhooks/subscription.ts";
import type { Sql } from "../../projections/database.ts";
import { Fault } from "../../streams/faults.ts";
import type { WebhookDirectory } from "../../streams/edge/webhook_endpoints.ts";
import type { Runtime } from "../../streams/runtime.ts";
import { type CourierLimits, courierLimits } from "./courier_limits.ts";
import type { Errand } from "./errand.ts";

export interface CourierOptions {
  readonly sql: Sql;
  readonly directory: Pick<WebhookDirectory, "all">;
  readonly errand: Errand;
  readonly runtime: Pick<Runtime, "elapsedMs" | "sleep" | "random">;
  readonly limits?: Partial<CourierLimits>;
  /** Told of what is tried again. */
  interrupted?(reason: string): void;
}

/**
 * Sends what is due. No endpoint can hold up another: each has only so many sendings at once, those that did not take the last one have
 * only one, and all endpoints together fit.
 */
export class WebhookCourier {
  readonly #options: CourierOptions;
  readonly #limits: CourierLimits;
  readonly #sending = new Map<string, number>();
  readonly #running = new Set<Promise<void>>();
  #stopped = false;
  #wake: () => void = () => undefined;
  #failure: { readonly error: unknown } | undefined;
  #forgetAtMs = 0;

  constructor(options: CourierOptions) {
    this.#options = options;
    this.#limits = { ...courierLimits, ...options.limits };
  }

  /** Returns after `stop`, when all that was begun is recorded; rejects by a defect of ours. */
  async run(): Promise<void> {
    const { runtime, interrupted } = this.#options;
    while (!this.#stopped) {
      try {
        await this.#forget();
        const found = await this.#claim();
        if (found === 0) await this.#rest(this.#limits.lookMs);
      } catch (error) {
        if (!(error instanceof Fault && error.retry)) throw error;
        interrupted?.(error.message);
        await Promise.race([runtime.sleep(this.#limits.troubleMs), this.#rest(Infinity)]);
      }
    }
    await Promise.all(this.#running);
    if (this.#failure) throw this.#failure.error;
  }

  stop(): void {
    this.#stopped = true;
    this.#wake();
  }

  /** How many were begun. */
  async #claim(): Promise<number> {
    const { sql } = this.#options, { claimMs, sendingsMax } = this.#limits;
    const countMax = sendingsMax - this.#running.size, rooms = this.#rooms();
    if (countMax <= 0 || rooms.length === 0) return 0;
    const claimed = await claimDue(sql, { rooms, countMax, claimMs });
    for (const delivery of claimed) this.#begin(delivery);
    return claimed.length;
  }

  /** In another order each time, so that none is always the last. */
  #rooms(): Room[] {
    const { directory, runtime, errand } = this.#options, rooms: (Room & { readonly chance: number })[] = [];
    for (const endpoint of directory.all().values()) {
      if (!isActive(endpoint)) continue;
      const { endpointId } = endpoint, { sendingsPerEndpointMax } = this.#limits;
      const most = errand.isTroubled(endpointId) ? 1 : sendingsPerEndpointMax;
      const free = most - (this.#sending.get(endpointId) ?? 0);
      if (free > 0) rooms.push({ endpointId, free, chance: runtime.random() });
    }
    return rooms.sort((a, b) => a.chance - b.chance);
  }

  #begin(delivery: Claimed): void {
    const { endpointId } = delivery;
    this.#sending.set(endpointId, (this.#sending.get(endpointId) ?? 0) + 1);
    const running = this.#options.errand.run(delivery)
      .catch((error: unknown) => {
        this.#failure ??= { error };
        this.stop();
      })
      .finally(() => {
        const left = (this.#sending.get(endpointId) ?? 1) - 1;
        if (left > 0) this.#sending.set(endpointId, left);
        else this.#sending.delete(endpointId);
        this.#running.delete(running);
        this.#wake();
      });
    this.#running.add(running);
  }

  /** Until something was sent, which makes room, or for so long. */
  async #rest(ms: number): Promise<void> {
    if (this.#stopped) return;
    const woken = new Promise<void>((wake) => this.#wake = wake);
    await (ms === Infinity ? woken : Promise.race([woken, this.#options.runtime.sleep(ms)]));
  }

  async #forget(): Promise<void> {
    const { sql, runtime } = this.#options, { forgetEveryMs, keptMs, forgottenAtOnceMax } = this.#limits;
    if (runtime.elapsedMs() < this.#forgetAtMs) return;
    const gone = await forgetOld(sql, { keptMs, countMax: forgottenAtOnceMax });
    if (gone < forgottenAtOnceMax) this.#forgetAtMs = runtime.elapsedMs() + forgetEveryMs;
  }
}
