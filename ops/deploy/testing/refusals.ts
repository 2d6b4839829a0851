import { streamConfigs } from "../../../streams/streams.ts";
import type { NatsUser } from "./nats_cluster.ts";

const api = (...calls: string[]) => calls.map((call) => `$JS.API.${call}`);
const destroying = streamConfigs(3).flatMap(({ name }) =>
  api(`STREAM.DELETE.${name}`, `STREAM.UPDATE.${name}`, `STREAM.MSG.DELETE.${name}`)
);
const consuming = (stream: string) => api(`CONSUMER.CREATE.${stream}.x`, `CONSUMER.MSG.NEXT.${stream}.x`);
/** What each user must be refused: others' work, and what would change or destroy a stream. */
export const never: { readonly [U in NatsUser]: readonly string[] } = {
  edge: [
    "events.0",
    "snapshots.0.order.A",
    "checkpoints.0",
    "personal.0",
    "replies.other",
    "registry.cluster.map",
    "registry.cluster.lease.0",
    "registry.cluster.host.x",
    "registry.lease.0",
    "registry.head.0",
    "registry.keys.mine",
    "registry.callbacks.position",
    "registry.effects.mine",
    ...api("STREAM.CREATE.MINE", "STREAM.PURGE.COMMANDS", "STREAM.PURGE.EVENTS", "STREAM.PURGE.REGISTRY"),
    ...api("STREAM.MSG.GET.PERSONAL", "CONSUMER.CREATE.PERSONAL.x", "CONSUMER.CREATE.COMMANDS.x"),
    ...api("STREAM.MSG.GET.CALLBACKS", "DIRECT.GET.CALLBACKS", "STREAM.PURGE.CALLBACKS"),
    ...consuming("CALLBACKS"),
    ...destroying,
  ],
  host: [
    "commands.0",
    "personal.0",
    "registry.keys.mine",
    "registry.cluster.projector.x",
    "callbacks.received",
    "registry.callbacks.position",
    "registry.effects.mine",
    ...api("STREAM.CREATE.MINE", "STREAM.PURGE.COMMANDS", "STREAM.MSG.GET.PERSONAL"),
    ...api("STREAM.MSG.GET.CALLBACKS", "CONSUMER.CREATE.CALLBACKS.x"),
    ...destroying,
  ],
  projector: [
    "events.0",
    "commands.0",
    "snapshots.0.order.A",
    "checkpoints.0",
    "replies.other",
    "registry.cluster.lease.0",
    "registry.cluster.map",
    "registry.keys.mine",
    "callbacks.received",
    "registry.callbacks.position",
    "registry.effects.mine",
    ...api("STREAM.CREATE.MINE", "STREAM.PURGE.EVENTS", "STREAM.PURGE.PERSONAL"),
    ...api("STREAM.MSG.GET.CALLBACKS", "CONSUMER.CREATE.CALLBACKS.x"),
    ...destroying,
  ],
  deliver: [
    "events.0",
    "snapshots.0.order.A",
    "checkpoints.0",
    "personal.0",
    "replies.other",
    "registry.cluster.map",
    "registry.cluster.lease.0",
    "registry.cluster.host.x",
    "registry.cluster.projector.x",
    "registry.keys.mine",
    ...api("STREAM.CREATE.MINE", "STREAM.PURGE.CALLBACKS", "STREAM.PURGE.EVENTS", "STREAM.PURGE.REGISTRY"),
    ...api("STREAM.MSG.GET.PERSONAL", "STREAM.MSG.GET.COMMANDS", "STREAM.MSG.GET.SNAPSHOTS"),
    ...["COMMANDS", "SNAPSHOTS", "PERSONAL"].flatMap(consuming),
    ...destroying,
  ],
  operator: [
    "events.0",
    "snapshots.0.order.A",
    "checkpoints.0",
    "personal.0",
    "replies.other",
    "callbacks.received",
  ],
};
