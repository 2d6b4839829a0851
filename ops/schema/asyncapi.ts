import { z } from "zod";
import { streamNames, subjects } from "../../streams/record.ts";
import { commandSchemas } from "./commands.ts";
import { eventSchemas } from "./events.ts";
import {
  apiKey,
  callbackPack,
  commandPack,
  personalMessage,
  replyPack,
  sharedSchemas,
  turnRecord,
} from "./messages.ts";

/** A JSON object of the document. */
interface Node {
  readonly [key: string]: unknown;
}
export interface AsyncApi extends Node {
  readonly asyncapi: "3.0.0";
  readonly channels: Node;
  readonly operations: Node;
  readonly components: { readonly messages: Node; readonly schemas: Readonly<Record<string, Node>> };
}

interface Channel {
  readonly address: string;
  readonly message: string;
  readonly payload: z.ZodType;
  /** What stands in the address for the part in braces, if there is one. */
  readonly parameter?: string;
  readonly description: string;
  /** Who publishes and who follows. */
  readonly senders: readonly string[];
  readonly receivers: readonly string[];
}

const partition = "Number of the partition, from 0";
const channels: Readonly<Record<string, Channel>> = {
  [streamNames.commands]: {
    address: addressOf(subjects.commands),
    message: "CommandPack",
    payload: commandPack,
    parameter: partition,
    description: "Commands from outside, packed. Its acknowledgement means accepted and durable.",
    senders: ["edge", "deliver"],
    receivers: ["host", "copier"],
  },
  [streamNames.events]: {
    address: addressOf(subjects.events),
    message: "TurnRecord",
    payload: turnRecord,
    parameter: partition,
    description:
      "Turn records: the log. Each is appended under the condition that the one before is still the last.",
    senders: ["host"],
    receivers: ["host", "projector", "copier", "edge"],
  },
  [streamNames.personal]: {
    address: addressOf(subjects.personal),
    message: "PersonalMessage",
    payload: personalMessage,
    parameter: partition,
    description: "The personal parts of accepted commands, apart from the log so that they can be erased.",
    senders: ["copier"],
    receivers: ["projector"],
  },
  [streamNames.callbacks]: {
    address: subjects.callbacks,
    message: "CallbackPack",
    payload: callbackPack,
    description:
      "What carriers sent, proven and as it came, packed. Its acknowledgement means durable; kept for 90 days.",
    senders: ["edge"],
    receivers: ["deliver"],
  },
  [streamNames.registry]: {
    address: "registry.keys.{key}",
    message: "ApiKey",
    payload: apiKey,
    parameter: "Id of the API key",
    description: "The last value of each API key; written under the condition that nobody wrote in between.",
    senders: ["operator"],
    receivers: ["edge"],
  },
  replies: {
    address: "replies.{edge}",
    message: "ReplyPack",
    payload: replyPack,
    parameter: "Id of the process that asked",
    description: "Answers, sent once their turn is durable. Core NATS: at most once, and never stored.",
    senders: ["host"],
    receivers: ["edge", "deliver"],
  },
};

/** The address of a channel: its subject with `{partition}` in the place of the number. */
function addressOf(subject: (partition: number) => string): string {
  return subject(0).replace(/0$/, "{partition}");
}

/** The AsyncAPI 3.0 document of every command, event and envelope, from the schemas that the tests hold the code to. */
export function asyncApi(version: string): AsyncApi {
  return {
    asyncapi: "3.0.0",
    info: {
      title: "Waybill",
      version,
      description:
        "What travels through Waybill's streams. Commands and events are JSON; streams are JetStream's.",
      license: { name: "Apache-2.0", url: "https://www.apache.org/licenses/LICENSE-2.0" },
    },
    defaultContentType: "application/json",
    channels: mapped(channels, channelNode),
    operations: Object.fromEntries(Object.entries(channels).flatMap(operationsOf)),
    components: {
      messages: Object.fromEntries(Object.values(channels).map((one) => [one.message, messageNode(one)])),
      schemas: schemas(),
    },
  };
}

function channelNode(name: string, channel: Channel): Node {
  const [, parameter] = /\{(\w+)\}/.exec(channel.address) ?? [];
  return {
    address: channel.address,
    title: name,
    description: channel.description,
    ...(parameter === undefined ? {} : { parameters: { [parameter]: { description: channel.parameter } } }),
    messages: { [channel.message]: { $ref: `#/components/messages/${channel.message}` } },
  };
}

function operationsOf([name, channel]: [string, Channel]): [string, Node][] {
  const operation = (action: "send" | "receive") => (role: string): [string, Node] => [
    `${role}.${action}.${name}`,
    {
      action,
      title: `The ${role} ${action}s ${name}`,
      channel: { $ref: `#/channels/${name}` },
      messages: [{ $ref: `#/channels/${name}/messages/${channel.message}` }],
    },
  ];
  return [...channel.senders.map(operation("send")), ...channel.receivers.map(operation("receive"))];
}

function messageNode({ message, description }: Channel): Node {
  return {
    name: message,
    summary: description,
    contentType: "application/json",
    payload: { $ref: `#/components/schemas/${message}` },
  };
}

/** Everything by name, each once; what refers to it says `$ref`. */
function schemas(): Record<string, Node> {
  const registry = z.registry<{ id: string }>();
  for (const { message, payload } of Object.values(channels)) registry.add(payload, { id: message });
  for (const [id, schema] of Object.entries(sharedSchemas)) registry.add(schema, { id });
  for (const [id, schema] of Object.entries(commandSchemas)) registry.add(schema.clone(), { id });
  for (const [name, schema] of Object.entries(eventSchemas)) registry.add(schema.clone(), { id: idOf(name) });
  const uri = (id: string) => `#/components/schemas/${id}`;
  const generated = z.toJSONSchema(registry, { target: "draft-7", uri, unrepresentable: "throw" }).schemas;
  const plain = mapped(generated, (_, schema) => withoutKeys(schema));
  return { ...plain, Entry: entryOf(plain.Entry ?? {}), PackedCommand: packedOf(plain.PackedCommand ?? {}) };
}

/** AsyncAPI does not allow `@` in the name of a component. */
const idOf = (event: string) => event.replace("@", ".v");

/** `$schema` and `$id` belong to documents of their own. */
function withoutKeys(schema: Node): Node {
  const { $schema: _schema, $id: _id, ...rest } = schema;
  return rest;
}

/** An entry is the generic one, and the data of one event type and version. */
function entryOf(generic: Node): Node {
  const oneOf = Object.keys(eventSchemas).map((name) => {
    const [type, version] = name.split("@");
    const data = { $ref: `#/components/schemas/${idOf(name)}` };
    return { title: name, properties: { type: { const: type }, v: { const: Number(version) }, data } };
  });
  return { ...generic, oneOf };
}

/** A packed command is the generic one, and one of the commands for the kind of actor that it goes to. */
function packedOf(generic: Node): Node {
  const oneOf = Object.keys(commandSchemas).map((name) => {
    const kind = name.slice(0, name.indexOf("."));
    const command = { $ref: `#/components/schemas/${name}` };
    return { title: name, properties: { to: { pattern: `^${kind}:` }, command } };
  });
  return { ...generic, oneOf };
}

function mapped<T>(
  of: Readonly<Record<string, T>>,
  change: (name: string, one: T) => Node,
): Record<string, Node> {
  return Object.fromEntries(Object.entries(of).map(([name, one]) => [name, change(name, one)]));
}
