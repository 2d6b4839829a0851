import type { Json } from "../../actors/actor.ts";
import type { FrozenEvent } from "../../projections/webhooks/cloud_event.ts";
import type {
  DeliveryLog,
  DeliveryView,
  Once,
  OnceDone,
  Replay,
} from "../../projections/webhooks/delivery_log.ts";
import { deliveryIdOf } from "../../projections/webhooks/outbox.ts";

type Kept = DeliveryView & { readonly endpointId: string };

/** Deliveries in memory: they are kept and asked for, and nobody sends them. Tests put in what they need. */
export class MemoryDeliveries implements DeliveryLog {
  readonly all = new Map<string, Kept>();
  readonly #done = new Map<string, { readonly fingerprint: string; readonly answer: Json }>();

  list({ endpointId, status, limit }: Parameters<DeliveryLog["list"]>[0]) {
    const found = [...this.all.values()].filter((one) =>
      one.endpointId === endpointId && (status === undefined || one.status === status)
    );
    return Promise.resolve({ items: found.slice(0, limit).map(({ endpointId: _, ...view }) => view) });
  }

  count(replay: Replay): Promise<number> {
    return Promise.resolve(this.#chosen(replay).length);
  }

  replay(replay: Replay, once: Once): Promise<OnceDone> {
    return this.#once(once, () => {
      const chosen = this.#chosen(replay);
      for (const one of chosen) this.all.set(one.deliveryId, { ...one, status: "pending" });
      return { matched: chosen.length, replayed: chosen.length };
    });
  }

  tell(endpointId: string, event: FrozenEvent, once: Once): Promise<OnceDone> {
    return this.#once(once, () => {
      const { eventId, type, subject } = event, deliveryId = deliveryIdOf(endpointId, eventId);
      const at = new Date(event.atMs).toISOString();
      this.all.set(deliveryId, {
        ...{ endpointId, deliveryId, eventId, type, subject, happenedAt: at, createdAt: at },
        ...{ status: "pending", nextAttemptAt: at, attempts: [] },
      });
      return { deliveryId, eventId };
    });
  }

  #chosen(replay: Replay): Kept[] {
    return [...this.all.values()].filter((one) =>
      one.endpointId === replay.endpointId &&
      ("deliveryId" in replay
        ? one.deliveryId === replay.deliveryId
        : Date.parse(one.happenedAt) >= replay.sinceMs && replay.states.includes(one.status))
    );
  }

  #once({ request, fingerprint }: Once, work: () => Json): Promise<OnceDone> {
    const before = this.#done.get(request);
    if (before !== undefined && before.fingerprint !== fingerprint) {
      return Promise.resolve({ kind: "mismatch" });
    }
    const answer = before?.answer ?? work();
    this.#done.set(request, { fingerprint, answer });
    return Promise.resolve({ kind: "done", answer, replayed: before !== undefined });
  }
}
