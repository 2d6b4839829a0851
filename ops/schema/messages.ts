import { z } from "zod";
import type { Rejection } from "../../actors/actor.ts";
import {
  type CommandMark,
  type CommandPack,
  type Dead,
  type Entry,
  type Input,
  type Mark,
  type Operation,
  operationKinds,
  type PackedCommand,
  type Pending,
  recordFormat,
  type Reply,
  type ReplyPack,
  type Result,
  type TimerRow,
  type TurnRecord,
} from "../../streams/record.ts";
import type { CallbackPack, PackedCallback } from "../../streams/callbacks/callback_pack.ts";
import type { ApiKey } from "../../streams/edge/api_keys.ts";
import type { PersonalMessage } from "../../streams/retention/personal_message.ts";
import { actorId, fields, schemaOf, text, timeMs, timestamp } from "./shape.ts";

/** The envelopes that travel through the streams, as `streams/record.ts` has them. */

const json = z.unknown();
/** A command or message: its type, and whatever that type needs. */
const typed: z.ZodType<{ type: string }> = z.looseObject({ type: z.string() });
const count = z.int().min(0);
const sequence = count.describe("Sequence in the stream");
const place = z.tuple([sequence, count]).describe(
  "Place in COMMANDS: sequence, and index in the packed message",
);

const packedCommand = schemaOf<PackedCommand>()(fields("A command from outside.", {
  id: text,
  to: actorId,
  atMs: timeMs,
  edge: text.describe("Whom to answer, at replies.<edge>"),
  command: typed,
  personal: json.optional().describe("Personal data; copied to PERSONAL, never to EVENTS"),
  traceparent: text.optional().describe("W3C trace context of the request"),
}));

export const commandPack = schemaOf<CommandPack>()(fields("What an edge gathered while it was publishing.", {
  format: z.literal(1),
  commands: z.array(packedCommand),
}));

const packedCallback = schemaOf<PackedCallback>()(fields("What a carrier sent or answered, as it came.", {
  id: text.describe("Made at the edge; the commands that follow from it name it as their source"),
  carrier: text.describe("As in the URL that was called, or whose API was asked"),
  atMs: timeMs,
  contentType: text.optional(),
  kind: z.literal("reply").optional().describe("What its tracking API answered; absent: a callback"),
  asked: text.optional().describe("With a reply: the number that was asked after"),
  text: text.optional().describe("The body, where it is UTF-8"),
  base64: text.optional().describe("The body, where it is not"),
  unreadable: text.optional().describe("Why nothing could be made of it: kept all the same"),
  traceparent: text.optional().describe("W3C trace context of the request"),
}));
export const callbackPack = schemaOf<CallbackPack>()(
  fields("What carriers sent while an edge was publishing.", {
    format: z.literal(1),
    callbacks: z.array(packedCallback),
  }),
);

const mark = schemaOf<Mark>()(fields("A place in a stream, and what was seen there.", {
  sequence,
  hash: text.describe("SHA-256 of the payload, hex"),
}));
const commandMark = schemaOf<CommandMark>()(fields("How far COMMANDS was read.", {
  sequence,
  hash: text,
  taken: count,
  of: count,
}));
const input = schemaOf<Input>()(fields("A command as it was decided, without personal data.", {
  id: text,
  at: place.optional(),
  atMs: timeMs,
  to: actorId,
  command: typed.optional(),
}));
const entry = schemaOf<Entry>()(fields("An event of an actor.", {
  actor: actorId,
  version: z.int().min(1).describe("The actor's version after this event"),
  cause: count.describe("Index into inputs"),
  type: text,
  v: z.int().min(1).describe("The event's schema version"),
  data: json,
}));
const pending = schemaOf<Pending>()(fields("A message between actors that is not decided yet.", {
  to: actorId,
  message: typed,
  cause: z.strictObject({ id: text, atMs: timeMs, at: place.optional() }),
  from: actorId,
  asker: z.strictObject({ id: text, edge: text }).optional()
    .describe("Whom to answer: a command that was passed on to the partition of its actor"),
}));
const range = z.tuple([count, count]).readonly().describe("Buckets from the first to before the second");
const result = schemaOf<Result>()(fields("How a command from outside was decided.", {
  id: text,
  outcome: text.describe("ok, later, defect, or the reason of the rejection"),
}));
const timerRow = schemaOf<TimerRow>()(fields("Sets or clears a timer.", {
  actor: actorId,
  name: text,
  dueMs: timeMs.nullable().describe("null clears it"),
}));
const dead = schemaOf<Dead>()(fields("A delivery that could not be decided because of a defect.", {
  actor: actorId,
  input: count,
  delivery: pending,
  error: text,
  build: text,
}));

const operation = schemaOf<Operation>()(fields("What an operator did to an actor, or to a kind of them.", {
  does: z.enum(operationKinds),
  target: actorId.describe("An actor, or kind:<kind>"),
  input: count.describe("Index into inputs: it says who, and why"),
}));

export const turnRecord = schemaOf<TurnRecord>()(fields("One turn: the only way anything becomes true.", {
  format: z.literal(recordFormat),
  turn: text.describe("ULID"),
  partition: count,
  previous: mark,
  epoch: count.describe("Revision of the lease"),
  atMs: timeMs,
  read: z.strictObject({
    commands: commandMark,
    peers: mark.describe(
      "Up to here everything that other partitions' records say to this one has been taken",
    ),
  }),
  range,
  split: z.strictObject({ child: count, range }).optional().describe("The buckets that this turn gave away"),
  sends: z.array(pending).describe("Messages for actors of other partitions"),
  took: count.describe("How many waiting messages this turn decided"),
  inputs: z.array(input),
  entries: z.array(entry),
  results: z.array(result),
  out: z.array(pending),
  timers: z.array(timerRow),
  dead: z.array(dead),
  parked: z.array(pending),
  operations: z.array(operation).optional().describe("What an operator did, before all else in this turn"),
}));

export const personalMessage = schemaOf<PersonalMessage>()(fields("Personal parts of accepted commands.", {
  format: z.literal(1),
  partition: count,
  position: mark.describe("All of EVENTS up to this record is copied"),
  items: z.array(z.strictObject({
    actor: actorId,
    id: text.describe("The command's id"),
    at: place,
    personal: json.describe("null once the person is erased"),
  })),
  missing: z.array(
    z.strictObject({ actor: actorId, id: text, at: place.optional(), missing: z.literal(true) }),
  )
    .optional().describe("What was gone from COMMANDS before it could be copied"),
}));

/** A value of REGISTRY under `registry.keys.<id>`. */
export const apiKey = schemaOf<ApiKey>()(fields("An API key, without its secret.", {
  keyId: text,
  name: text,
  hash: text.describe("SHA-256 of the secret, hex"),
  scopes: z.array(text),
  channel: text.optional().describe("The only sales channel that it speaks for"),
  requestsPerSecondMax: z.number().nullable().describe("null: no limit"),
  createdAt: timestamp,
  revokedAt: timestamp.optional(),
}));

const rejection = schemaOf<Rejection>()(fields("The domain refuses.", {
  reason: text,
  detail: text,
  errors: z.array(z.object({ pointer: text, detail: text }).catchall(json)).optional(),
}));
const replayed = z.boolean().optional().describe("It had been decided before");
const reply = schemaOf<Reply>()(z.union([
  z.strictObject({ id: text, ok: z.literal(true), value: json, replayed }),
  z.strictObject({ id: text, ok: z.literal(false), rejection, replayed }),
  z.strictObject({ id: text, defect: text }),
]));
export const replyPack = schemaOf<ReplyPack>()(fields("The answers of one turn for one edge.", {
  partition: count,
  sequence: count.describe("The turn record's place: the position that the answers imply"),
  sources: z.array(z.tuple([count, count]).readonly()).readonly().optional()
    .describe("Partition and sequence of records that the turn took messages from"),
  replies: z.array(reply),
}));

/** Shared parts, by the name that they have in the document. */
export const sharedSchemas = {
  Mark: mark,
  CommandMark: commandMark,
  PackedCommand: packedCommand,
  PackedCallback: packedCallback,
  Input: input,
  Entry: entry,
  Pending: pending,
  Result: result,
  TimerRow: timerRow,
  Dead: dead,
  Rejection: rejection,
  Reply: reply,
} as const;
