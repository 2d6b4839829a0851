import type { Inbox } from "../../../projections/outbox/inbox.ts";
import type { Channel } from "../../../projections/outbox/recipients.ts";
import type { Sender } from "./sender.ts";

/** In development: keeps what would have been sent, for `/dev/inbox`. */
export function inboxSender(channel: Channel, inbox: Pick<Inbox, "keep">): Sender {
  return {
    channel,
    send: ({ deliveryId, address, message }) => inbox.keep({ deliveryId, channel, address, message }),
    close: () => undefined,
  };
}
