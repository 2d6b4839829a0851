import type { Broker } from "../../streams/broker/broker.ts";
import { connectJetStream } from "../../streams/broker/jetstream.ts";
import { findSystem, ownConfig } from "./find_system.ts";

const connectMsMax = 3_000;

/** Connects to the log of the system that is found, and lets go of it again. */
export async function withBroker<T>(name: string, work: (broker: Broker) => Promise<T>): Promise<T> {
  const { natsUrl, natsAccess } = findSystem(ownConfig());
  const servers = natsUrl.split(",").map((server) => server.trim());
  const broker = await connectJetStream({ servers, name, connectMsMax, ...natsAccess });
  try {
    return await work(broker);
  } finally {
    await broker.close();
  }
}
