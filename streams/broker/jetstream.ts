import { createApi } from "./api.ts";
import type { Broker, Reader } from "./broker.ts";
import { type Link, openLink, type ServerAddress } from "./link.ts";
import { createPublisher } from "./publisher.ts";
import { openReader } from "./reader.ts";
import { createRequester } from "./requester.ts";

/** The real broker. Once connected it reconnects for ever; what was on its way meanwhile ends as `unknown`. */
export async function connectJetStream(address: ServerAddress): Promise<Broker> {
  const link = await openLink(address);
  const requester = createRequester(link);
  const api = createApi(requester);
  const publisher = createPublisher(link, requester);
  const readers = new Set<Reader>();
  return {
    ensureStream: api.ensureStream,
    info: api.info,
    publish: publisher.publish,
    publishBatch: publisher.publishBatch,
    last: (stream, subject) => api.get(stream, { last_by_subj: subject }),
    at: (stream, sequence) => api.get(stream, { seq: sequence }),
    lastOfMany: api.lastOfMany,
    read: (stream, options) => {
      const reader = openReader(link, api, { stream, ...options });
      readers.add(reader);
      return reader;
    },
    purgeBelow: api.purgeBelow,
    skipTo: api.skipTo,
    deleteMessage: api.deleteMessage,
    ...coreOf(link),
    connected: link.connected,
    close: async () => {
      await Promise.all([...readers].map((reader) => reader.stop()));
      await link.close();
    },
  };
}

function coreOf(link: Link): Pick<Broker, "send" | "receive"> {
  return {
    send: (subject, payload) => {
      // At most once: what nobody can hear now is not kept for later.
      if (link.connected()) link.nc.publish(subject, payload);
    },
    receive: (subject, handle) => {
      const subscription = link.nc.subscribe(subject, {
        callback: (error, message) => {
          if (error !== null) return outside(error); // No permission to listen: nothing would ever arrive.
          try {
            handle(message.data, message.subject);
          } catch (defect) {
            outside(defect);
          }
        },
      });
      return { stop: () => link.nc.isClosed() ? undefined : subscription.unsubscribe() };
    },
  };
}

/** Thrown from within a callback, the client would take it for a broken connection, and reconnect for ever. */
function outside(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
