import type { Json } from "../../actors/actor.ts";
import { asking, type Sql } from "../database.ts";
import type { Channel } from "./recipients.ts";

/** A message that would have been sent. */
export interface InboxMessage {
  readonly id: number;
  readonly channel: Channel;
  readonly address: string;
  readonly message: {
    readonly subject?: string;
    readonly text: string;
    readonly html?: string;
    readonly headers?: { readonly [name: string]: string };
  };
  readonly at: Date;
}
export type NewInboxMessage = Omit<InboxMessage, "id" | "at"> & { readonly deliveryId: string };

const messagesMax = 200;

/** Where messages go in development. */
export function openInbox(sql: Sql) {
  return {
    keep: ({ deliveryId, channel, address, message }: NewInboxMessage) =>
      asking("keep a message", async () => {
        await sql`
          insert into inbox_v1.messages (delivery_id, channel, address, message)
          values (${deliveryId}, ${channel}, ${address}, ${sql.json(message as Json as never)})
          on conflict (delivery_id) do nothing`;
        await sql`
          delete from inbox_v1.messages where id <= (
            select id from inbox_v1.messages order by id desc offset ${messagesMax} limit 1)`;
      }),
    /** Newest first. */
    list: () =>
      asking("list messages", () => sql<InboxMessage[]>`select * from inbox_v1.messages order by id desc`),
    read: (id: number) =>
      asking("read a message", async () => {
        const [row] = await sql<InboxMessage[]>`select * from inbox_v1.messages where id = ${id}`;
        return row;
      }),
  };
}
export type Inbox = ReturnType<typeof openInbox>;
