import { streamConfigs } from "../../../streams/streams.ts";
import type { NatsUser } from "./nats_cluster.ts";

const api = (...calls: string[]) => calls.map((call) => `$JS.API.${call}`);
const destroying = streamConfigs(3).flatMap(({ name }) =>
  api(`STREAM.DELETE.${name}`, `STREAM.UPDATE.${name}`, `STREAM.MSG.DELETE.${name}`)
);
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
    ...api("STREAM.CREATE.MINE", "STREAM.PURGE.COMMANDS", "STREAM.PURGE.EVENTS", "STREAM.PURGE.REGISTRY"),
    ...api("STREAM.MSG.GET.PERSONAL", "CONSUMER.CREATE.PERSONAL.x", "CONSUMER.CREATE.COMMANDS.x"),
    ...destroying,
  ],
  host: [
    "commands.0",
    "personal.0",
    "registry.keys.mine",
    "registry.cluster.projector.x",
    ...api("STREAM.CREATE.MINE", "STREAM.PURGE.COMMANDS", "STREAM.MSG.GET.PERSONAL"),
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
    ...api("STREAM.CREATE.MINE", "STREAM.PURGE.EVENTS", "STREAM.PURGE.PERSONAL"),
    ...destroying,
  ],
  operator: ["events.0", "snapshots.0.order.A", "checkpoints.0", "personal.0", "replies.other"],
};
