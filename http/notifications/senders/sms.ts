import { sendOutgoing } from "../../outgoing/outgoing.ts";
import { problemOfStatus, type Sender, SendFailed } from "./sender.ts";

export interface SmsOptions {
  /** The operator's own gateway, or an adapter in front of a provider: it may be in our own network. */
  readonly url: string;
  readonly token?: string;
  /** A number or a name. */
  readonly from: string;
}

/** Text messages: `POST {to, from, text}` with an Idempotency-Key; 2xx is taken. */
export function smsSender({ url, token, from }: SmsOptions): Sender {
  return {
    channel: "sms",
    send: async ({ deliveryId, address, message }) => {
      const headers = {
        "content-type": "application/json",
        "idempotency-key": deliveryId,
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      };
      const body = JSON.stringify({ to: address, from, text: message.text });
      const answer = await sendOutgoing(url, { headers, body }, { allowPrivate: true }).catch(unreachable);
      const problem = problemOfStatus(answer.status);
      if (problem === undefined) return;
      // 404 says that the gateway is not there; a number is never gone for good.
      const kind = problem === "gone" ? "provider" : problem;
      throw new SendFailed(kind, `Cannot send text message: the gateway answered ${answer.status}`);
    },
    close: () => undefined,
  };
}

function unreachable(error: unknown): never {
  const reason = error instanceof Error ? error.message : String(error);
  throw new SendFailed("provider", `Cannot send text message: ${reason}`, error);
}
