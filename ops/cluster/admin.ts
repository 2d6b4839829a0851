import type { NatsConnection } from "nats";
import { connect } from "../../streams/broker/connect.ts";
import { z } from "zod";
import type { ServerAddress } from "../../streams/broker/link.ts";

/** What only an operator may do to the streams. */
export interface Admin {
  /** The name of the node that leads the stream; undefined while none does. */
  leaderOf(stream: string): Promise<string | undefined>;
  /** How many nodes hold all of the stream. */
  holdersOf(stream: string): Promise<number>;
  /** Makes another node lead. */
  stepDown(stream: string): Promise<void>;
  close(): Promise<void>;
}

const answerMsMax = 3_000;
const replica = z.object({ current: z.boolean(), offline: z.boolean().default(false) });
const info = z.object({
  cluster: z.object({ leader: z.string().optional(), replicas: z.array(replica).default([]) }).optional(),
});

export async function openAdmin(
  { servers, user = "", pass = "", inboxPrefix = "" }: ServerAddress,
): Promise<Admin> {
  const nc: NatsConnection = await connect({
    servers,
    user,
    pass,
    inboxPrefix,
    name: "cluster admin",
    maxReconnectAttempts: -1,
    reconnectTimeWait: 200,
  });
  const ask = async (subject: string): Promise<unknown> =>
    (await nc.request(subject, "", { timeout: answerMsMax })).json();
  const clusterOf = async (stream: string) => {
    try {
      return info.parse(await ask(`$JS.API.STREAM.INFO.${stream}`)).cluster;
    } catch {
      return undefined; // Nobody answers: nobody leads.
    }
  };
  return {
    leaderOf: async (stream) => (await clusterOf(stream))?.leader || undefined,
    holdersOf: async (stream) => {
      const { leader, replicas = [] } = await clusterOf(stream) ?? {};
      if (!leader) return 0;
      return 1 + replicas.filter(({ current, offline }) => current && !offline).length;
    },
    stepDown: async (stream) =>
      void await ask(`$JS.API.STREAM.LEADER.STEPDOWN.${stream}`).catch(() => undefined),
    close: () => nc.close(),
  };
}
