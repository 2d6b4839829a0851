import type { Broker } from "./broker.ts";

/** The same log, with some calls replaced. */
export function withCalls(broker: Broker, calls: Partial<Broker>): Broker {
  return {
    ensureStream: (config) => broker.ensureStream(config),
    info: (stream) => broker.info(stream),
    publish: (subject, payload, options) => broker.publish(subject, payload, options),
    publishBatch: (messages, ackMsMax) => broker.publishBatch(messages, ackMsMax),
    last: (stream, subject) => broker.last(stream, subject),
    at: (stream, sequence) => broker.at(stream, sequence),
    lastOfMany: (stream, subjects, atLeast) => broker.lastOfMany(stream, subjects, atLeast),
    read: (stream, options) => broker.read(stream, options),
    purgeBelow: (stream, sequence) => broker.purgeBelow(stream, sequence),
    skipTo: (stream, sequence) => broker.skipTo(stream, sequence),
    deleteMessage: (stream, sequence, secure) => broker.deleteMessage(stream, sequence, secure),
    send: (subject, payload) => broker.send(subject, payload),
    receive: (subject, handle) => broker.receive(subject, handle),
    connected: () => broker.connected(),
    close: () => broker.close(),
    ...calls,
  };
}
