import { afterAll, beforeAll, describe } from "vitest";
import { startTestNats, type TestNats } from "../../ops/testing/nats.ts";
import type { Broker } from "../broker/broker.ts";
import { connectJetStream } from "../broker/jetstream.ts";
import { streamNames } from "../record.ts";
import { registryContract } from "./registry_contract.ts";

describe("the registry on a real server", () => {
  let nats: TestNats;
  const brokers: Broker[] = [];
  const connect = async () => {
    const broker = await connectJetStream({ servers: nats.url, name: "registry" });
    brokers.push(broker);
    return broker;
  };
  beforeAll(async () => {
    nats = await startTestNats();
    await (await connect()).ensureStream({
      name: streamNames.registry,
      subjects: ["registry.>"],
      discard: "new",
      messagesPerSubjectMax: 1,
      replicas: 1,
    });
  });
  afterAll(async () => {
    for (const broker of brokers) await broker.close();
    await nats?.stop();
  });
  registryContract(connect);
});
