import type { NatsConnection } from "nats";
import { connect } from "../../streams/broker/connect.ts";
import { z } from "zod";
import type { ServerAddress } from "../../streams/broker/link.ts";

/** What only an operator may do to the streams. */
export interface Admin {
  /** The name of the node that leads the stream; undefined while none does. */
  leaderOf(stream: string): Promise<string | undefined>;
  /** Makes another node lead. */
  stepDown(stream: string): Promise<void>;
  close(): Promise<void>;
}

const answerMsMax = 3_000;
const info = z.object({ cluster: z.object({ leader: z.string().optional() }).optional() });

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
  return {
    leaderOf: async (stream) => {
      try {
        return info.parse(await ask(`$JS.API.STREAM.INFO.${stream}`)).cluster?.leader || undefined;
      } catch {
        return undefined; // Nobody answers: nobody leads.
      }
    },
    stepDown: async (stream) =>
      void await ask(`$JS.API.STREAM.LEADER.STEPDOWN.${stream}`).catch(() => undefined),
    close: () => nc.close(),
  };
}
