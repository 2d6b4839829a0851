import webPush from "web-push";
import { AddressRefused, sendOutgoing } from "../../outgoing/outgoing.ts";
import { isSubscription, type PushSubscription } from "../preferences.ts";
import { problemOfStatus, type Sender, SendFailed } from "./sender.ts";

export interface WebPushOptions {
  readonly publicKey: string;
  readonly privateKey: string;
  /** `mailto:` or `https:`: whom a push service may write to. */
  readonly subject: string;
  /** For development: services in our own network. */
  readonly allowPrivate: boolean;
}

/** Each goes to a service of its own, which a stranger has named: those that answer slowly, or never, must leave room for the others. */
export const pushSendingsMax = 64;
const requestMsMax = 10_000;
/** A push service keeps it for so long for a browser that is off. */
const keepS = 24 * 3_600;

/** Web push (RFC 8030, encrypted as RFC 8291, VAPID). Each subscription names its own service, so one that is away stops no other. */
export function webPushSender({ publicKey, privateKey, subject, allowPrivate }: WebPushOptions): Sender {
  return {
    channel: "push",
    sendingsMax: pushSendingsMax,
    send: async ({ deliveryId, address, message }) => {
      const { endpoint, headers, body } = sealed(subscriptionOf(address), {
        vapidDetails: { publicKey, privateKey, subject },
        topic: deliveryId,
        payload: JSON.stringify({
          title: message.subject,
          body: message.text,
          tag: deliveryId,
          ...message.headers,
        }),
      });
      const limits = { requestMsMax };
      const answer = await sendOutgoing(endpoint, { headers, body }, { allowPrivate, limits })
        .catch(unreachable);
      const problem = problemOfStatus(answer.status);
      if (problem === undefined) return;
      const kind = problem === "provider" ? "later" : problem;
      throw new SendFailed(kind, `Cannot push: the service answered ${answer.status}`);
    },
    close: () => undefined,
  };
}

interface Sealing {
  readonly payload: string;
  readonly topic: string;
  readonly vapidDetails: {
    readonly publicKey: string;
    readonly privateKey: string;
    readonly subject: string;
  };
}

function sealed(subscription: PushSubscription, { payload, topic, vapidDetails }: Sealing) {
  try {
    const { endpoint, headers, body } = webPush.generateRequestDetails(subscription, payload, {
      ...{ vapidDetails, topic, TTL: keepS, urgency: "normal", contentEncoding: "aes128gcm" },
    });
    const texts = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
    return { endpoint, headers: texts, body: new Uint8Array(body) };
  } catch (error) {
    // Keys that are none: nothing will ever be read by them.
    throw new SendFailed(
      "gone",
      `Cannot push: ${error instanceof Error ? error.message : String(error)}`,
      error,
    );
  }
}

function subscriptionOf(address: string): PushSubscription {
  const value: unknown = JSON.parse(address);
  if (isSubscription(value)) return value;
  throw new SendFailed("gone", "Cannot push: this is no subscription");
}

/** Only this subscription's service is away: there are others. */
function unreachable(error: unknown): never {
  const reason = error instanceof Error ? error.message : String(error);
  throw new SendFailed(error instanceof AddressRefused ? "gone" : "later", `Cannot push: ${reason}`, error);
}
