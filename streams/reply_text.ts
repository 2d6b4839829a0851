import type { Reply, ReplyPack } from "./record.ts";

/** A reply as an edge needs it: the value as JSON text, which goes to the caller as it is. */
export type ReplyText =
  | { readonly id: string; readonly ok: true; readonly json: string; readonly replayed?: boolean }
  | Exclude<Reply, { readonly ok: true }>;

export interface ReplyTexts extends Omit<ReplyPack, "replies"> {
  readonly replies: readonly ReplyText[];
}

/** One reply as JSON, its value last. */
export function encodeReply(reply: Reply): string {
  if (!("ok" in reply) || !reply.ok) return JSON.stringify(reply);
  const { value, ...rest } = reply;
  return `${JSON.stringify(rest).slice(0, -1)},"value":${JSON.stringify(value)}}`;
}

/** A pack of encoded replies: JSON, with each reply on a line of its own. */
export function encodeReplies(
  { partition, sequence, sources = [] }: Omit<ReplyPack, "replies">,
  replies: readonly string[],
): Uint8Array {
  const also = sources.length > 0 ? `"sources":${JSON.stringify(sources)},` : "";
  return encoder.encode(
    `{"partition":${partition},"sequence":${sequence},${also}"replies":[\n${replies.join(between)}${packEnd}`,
  );
}

/** Undefined for what is no pack of replies: whoever may send core messages may send nonsense. */
export function decodeReplies(payload: Uint8Array): ReplyTexts | undefined {
  const text = utf8.decode(payload);
  try {
    return ownOf(text) ?? anyOf(JSON.parse(text) as ReplyPack | null);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const encoder = new TextEncoder();
const utf8 = new TextDecoder();
/** Strings hold no line breaks, so neither can stand within one. */
const between = ",\n", packEnd = "\n]}";
const packHead = /^\{"partition":(\d{1,4}),"sequence":(\d{1,15}),(?:"sources":([[\],\d]+),)?"replies":\[\n/;
const settled = /^\{"id":"([^"\\]*)","ok":true(,"replayed":true)?,"value":/;

/** What a host of this build sends, without parsing the values. */
function ownOf(text: string): ReplyTexts | undefined {
  const head = packHead.exec(text);
  if (head === null || !text.endsWith(packEnd)) return undefined;
  const replies = text.slice(head[0].length, -packEnd.length).split(between).map(replyOf);
  const [, partition, sequence, sources] = head;
  const place = { partition: Number(partition), sequence: Number(sequence) };
  return sources === undefined ? { ...place, replies } : { ...place, sources: JSON.parse(sources), replies };
}

function replyOf(line: string): ReplyText {
  const match = settled.exec(line);
  if (match === null) return textOf(JSON.parse(line) as Reply);
  const [begin, id, replayed] = match;
  const json = line.slice(begin.length, -1);
  return replayed === undefined ? { id: id!, ok: true, json } : { id: id!, ok: true, json, replayed: true };
}

function anyOf(pack: ReplyPack | null): ReplyTexts | undefined {
  const replies: unknown = pack?.replies;
  if (!Array.isArray(replies) || !replies.every((reply) => typeof reply?.id === "string")) return undefined;
  return { ...pack!, replies: (replies as Reply[]).map(textOf) };
}

function textOf(reply: Reply): ReplyText {
  if (!("ok" in reply) || !reply.ok) return reply;
  const { value, ...rest } = reply;
  return { ...rest, json: JSON.stringify(value) };
}
