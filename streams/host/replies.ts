import type { Broker } from "../broker/broker.ts";
import { type Reply, type ReplyPack, subjects } from "../record.ts";
import { encodeReplies, encodeReply } from "../reply_text.ts";

export const replyLimits = { packBytesMax: 1024 * 1024 } as const;

/** Tells the edges what is durable now. At most once: an edge that does not hear it answers 202, and asking again is safe. */
export function sendReplies(
  broker: Broker,
  at: Omit<ReplyPack, "replies">,
  replies: ReadonlyMap<string, readonly Reply[]>,
): void {
  for (const [edge, list] of replies) {
    let json: string[] = [], bytes = 0;
    const flush = () => {
      if (json.length > 0) broker.send(subjects.replies(edge), encodeReplies(at, json));
      json = [], bytes = 0;
    };
    for (const reply of list) {
      const text = encodeReply(reply);
      if (bytes + text.length > replyLimits.packBytesMax) flush();
      json.push(text);
      bytes += text.length;
    }
    flush();
  }
}
