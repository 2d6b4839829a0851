import type { Broker, Reader, Stored, StreamConfig } from "./broker.ts";

/** A server that the suite may treat badly. */
export interface BrokerUnderTest {
  connect(): Promise<Broker>;
  /** Kills the server without warning. */
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface Context {
  readonly stream: (
    config?: Partial<StreamConfig>,
  ) => Promise<{ name: string; subject: (key: string | number) => string }>;
  readonly broker: () => Broker;
  readonly server: () => BrokerUnderTest;
}

const encoder = new TextEncoder();
export const decoder = new TextDecoder();
export const bytes = (text: string) => encoder.encode(text);
export const text = (message: Stored | undefined) => message && decoder.decode(message.payload);
/** Far above what a disk takes. */
export const ackMsMax = 30_000;
export const expecting = (expectedLastSubjectSequence: number) => ({ expectedLastSubjectSequence, ackMsMax });

export async function collect(reader: Reader, count: number): Promise<string[]> {
  const seen: string[] = [];
  for await (const message of reader) {
    seen.push(text(message) ?? "");
    if (seen.length === count) break;
  }
  return seen;
}
