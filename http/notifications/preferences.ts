import type { Json } from "../../actors/actor.ts";
import { type Milestone, milestones } from "../../projections/outbox/milestones.ts";
import type { Channel } from "../../projections/outbox/recipients.ts";
import type { Broker } from "../../streams/broker/broker.ts";
import { openRegistry, type Registered } from "../../streams/edge/registry.ts";
import { Fault } from "../../streams/faults.ts";
import { streamNames } from "../../streams/record.ts";
import type { Runtime } from "../../streams/runtime.ts";
import { milestonesNamed, topicOf, topics } from "./templates/texts.ts";

/** Where a browser may be told of an order; it holds no name, but leads to a person, and goes with the order's. */
export interface PushSubscription {
  readonly endpoint: string;
  readonly keys: { readonly p256dh: string; readonly auth: string };
}

/**
 * What people do not want to hear, by the hash of their address and for all orders, and which browsers are told of which order. It lies
 * in REGISTRY, because rows can be thrown away and a refusal must not be.
 */
export interface Preferences {
  off(channel: Channel, recipient: string): Promise<readonly Milestone[]>;
  setOff(channel: Channel, recipient: string, off: readonly Milestone[]): Promise<void>;
  subscriptions(orderId: string): Promise<readonly PushSubscription[]>;
  /** False when there are too many already. */
  subscribe(orderId: string, subscription: PushSubscription): Promise<boolean>;
  unsubscribe(orderId: string, endpoint: string): Promise<void>;
  /** No browser is told of the order any more, and what they had asked is overwritten; false when none was. */
  forgetOrder(orderId: string): Promise<boolean>;
}

export const subscriptionsMax = 10;
const triesMax = 10;

export function openPreferences(broker: Broker, runtime: Pick<Runtime, "newId">): Preferences {
  const registry = openRegistry(broker, "notifications", runtime);
  const addressKey = (channel: Channel, recipient: string) => `off-${channel}-${recipient}`;
  const orderKey = (orderId: string) => `push-${orderId}`;

  /** Undefined leaves it as it is. */
  async function change(
    orderId: string,
    to: (all: readonly PushSubscription[]) => readonly PushSubscription[] | undefined,
  ) {
    const key = orderKey(orderId);
    for (let tries = 0; tries < triesMax; tries++) {
      const found = await registry.get(key), changed = to(subscriptionsIn(found));
      if (changed === undefined) return false;
      const value: Json = {
        subscriptions: changed.map(({ endpoint, keys }) => ({ endpoint, keys: { ...keys } })),
      };
      if ((await registry.put(key, value, found?.revision ?? 0)).kind === "stored") return true;
    }
    throw new Fault("log.unavailable", "Cannot keep what a browser asked for: others keep changing it");
  }

  return {
    off: async (channel, recipient) => milestonesIn(await registry.get(addressKey(channel, recipient))),
    setOff: async (channel, recipient, off) => {
      await registry.put(addressKey(channel, recipient), { off: namesOf(off) });
    },
    subscriptions: async (orderId) => subscriptionsIn(await registry.get(orderKey(orderId))),
    subscribe: (orderId, subscription) =>
      change(orderId, (all) => {
        const others = all.filter(({ endpoint }) => endpoint !== subscription.endpoint);
        return others.length >= subscriptionsMax ? undefined : [...others, subscription];
      }),
    unsubscribe: async (orderId, endpoint) => {
      await change(orderId, (all) => {
        const others = all.filter((one) => one.endpoint !== endpoint);
        return others.length === all.length ? undefined : others;
      });
    },
    forgetOrder: async (orderId) => {
      const found = await registry.get(orderKey(orderId));
      if (found === undefined || subscriptionsIn(found).length === 0) return false;
      await broker.deleteMessage(streamNames.registry, found.revision, true);
      // Another browser may have asked meanwhile: that, too.
      await change(orderId, () => []);
      return true;
    },
  };
}

function milestonesIn(found: Registered | undefined): readonly Milestone[] {
  const off = fieldOf(found, "off");
  return Array.isArray(off) ? milestonesNamed(off) : [];
}

/** A topic whose milestones are all off is kept by its own name: what it is about one day beside, is off, too. */
function namesOf(off: readonly Milestone[]): string[] {
  const whole = topics.filter((topic) =>
    milestones.every((milestone) => topicOf[milestone] !== topic || off.includes(milestone))
  );
  return [...whole, ...milestones.filter((one) => off.includes(one) && !whole.includes(topicOf[one]))];
}

function subscriptionsIn(found: Registered | undefined): readonly PushSubscription[] {
  const all = fieldOf(found, "subscriptions");
  return Array.isArray(all) ? all.filter(isSubscription) : [];
}

export function isSubscription(value: unknown): value is PushSubscription {
  const { endpoint, keys } = (value ?? {}) as Partial<PushSubscription>;
  const isKey = (key: unknown) => typeof key === "string" && /^[\w-]{16,200}=*$/.test(key);
  return typeof endpoint === "string" && /^[!-~]{1,2000}$/.test(endpoint) && isKey(keys?.p256dh) &&
    isKey(keys?.auth);
}

function fieldOf(found: Registered | undefined, field: string): Json | undefined {
  const value = found?.value;
  return value !== null && typeof value === "object" && !Array.isArray(value)
    ? (value as { readonly [field: string]: Json })[field]
    : undefined;
}
