import type { Channel } from "../../../projections/outbox/recipients.ts";
import type { Message } from "../message.ts";

/** One message to one recipient. Sent again with the same id after a crash: whoever passes it on may notice by that. */
export interface Outgoing {
  readonly deliveryId: string;
  /** An e-mail address, a phone number, or a browser's subscription as JSON. */
  readonly address: string;
  readonly message: Message;
}

/** Passes messages on, by one channel. Rejects with `SendFailed`; any other error is a defect. */
export interface Sender {
  readonly channel: Channel;
  /** At the same time; absent: as many as any channel. */
  readonly sendingsMax?: number;
  send(outgoing: Outgoing): Promise<void>;
  close(): void;
}

/**
 * `provider`: nobody can be written to by this channel now. `later`: not this one, now. `never`: not this one. `gone`: the address is
 * no more, and is forgotten.
 */
export type SendProblem = "provider" | "later" | "never" | "gone";

export class SendFailed extends Error {
  override readonly name = "SendFailed";
  readonly problem: SendProblem;
  constructor(problem: SendProblem, message: string, cause?: unknown) {
    super(message, { cause });
    this.problem = problem;
  }
}

/** What an HTTP status says about sending. */
export function problemOfStatus(status: number): SendProblem | undefined {
  if (status >= 200 && status < 300) return undefined;
  if (status === 404 || status === 410) return "gone";
  // A wrong token or account concerns every message, and is mended by the operator.
  if (status === 401 || status === 402 || status === 403 || status === 429 || status >= 500) {
    return "provider";
  }
  return status === 408 || status === 409 || status === 425 ? "later" : "never";
}
