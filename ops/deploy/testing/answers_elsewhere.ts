import type { NatsConnection } from "nats";
import { expect } from "vitest";
import type { NatsUser } from "./nats_cluster.ts";

interface Elsewhere {
  readonly user: NatsUser;
  /** One that the user may read. */
  readonly stream: string;
  readonly places: readonly string[];
}

/** Asks JetStream whatever the user may ask, and names those places for the answers. */
export async function haveAnswersAt(
  nc: NatsConnection,
  { user, stream, places }: Elsewhere,
): Promise<void> {
  const consumer = { deliver_policy: "all", ack_policy: "none", inactive_threshold: 30_000_000_000 };
  const create = (name: string, push: Record<string, string> = {}) =>
    nc.request(
      `$JS.API.CONSUMER.CREATE.${stream}.${name}`,
      JSON.stringify({ stream_name: stream, config: { ...consumer, name, ...push } }),
    );
  const map = JSON.stringify({ last_by_subj: "registry.cluster.map" });
  const pull = JSON.stringify({ batch: 1, expires: 1_000_000_000 });
  for (const [index, reply] of places.entries()) {
    nc.publish(`$JS.API.STREAM.INFO.${stream}`, "", { reply });
    nc.publish(`$JS.API.STREAM.MSG.GET.${stream}`, JSON.stringify({ seq: 1 }), { reply });
    nc.publish("$JS.API.STREAM.MSG.GET.REGISTRY", map, { reply });
    expect((await create(`pull${index}${user}`)).json()).not.toHaveProperty("error");
    nc.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.pull${index}${user}`, pull, { reply });
    await create(`push${index}${user}`, { deliver_subject: reply });
  }
  await nc.flush();
}
