import { expect } from "vitest";
import type { Target } from "../demo/target.ts";

export interface ServerSentEvent {
  readonly id: string;
  readonly event: string;
  readonly data: unknown;
}
export interface Listening {
  /** The events up to and with the first of this name. */
  until(event: string): Promise<readonly ServerSentEvent[]>;
  stop(): Promise<void>;
}

const waitMsMax = 60_000;

/** Opens a live stream of events, as a browser does. */
export async function listen({ url, key }: Target, path: string, lastEventId?: string): Promise<Listening> {
  const leaving = new AbortController();
  const response = await fetch(url + path, {
    headers: {
      authorization: `Bearer ${key}`,
      accept: "text/event-stream",
      ...(lastEventId === undefined ? {} : { "last-event-id": lastEventId }),
    },
    signal: leaving.signal,
  });
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toContain("text/event-stream");
  const events = eventsOf(response.body!);
  return {
    until: async (name) => {
      const seen: ServerSentEvent[] = [];
      const timer = setTimeout(
        () => leaving.abort(new Error(`Cannot wait for ${name} any longer`)),
        waitMsMax,
      );
      try {
        for (let next = await events.next(); !next.done; next = await events.next()) {
          seen.push(next.value);
          if (next.value.event === name) return seen;
        }
      } finally {
        clearTimeout(timer);
      }
      throw new Error(`Cannot find ${name}: the stream ended`);
    },
    stop: async () => {
      await events.return(undefined);
      leaving.abort();
    },
  };
}

async function* eventsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerSentEvent, void> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const fields = fieldsOf(text.slice(0, end));
      text = text.slice(end + 2);
      const { id, event, data } = fields;
      if (id !== undefined && event !== undefined) yield { id, event, data: JSON.parse(data ?? "null") };
    }
  }
}

function fieldsOf(block: string): Record<string, string | undefined> {
  return Object.fromEntries(
    block.split("\n").map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon), line.slice(colon + 1).trimStart()];
    }),
  );
}
