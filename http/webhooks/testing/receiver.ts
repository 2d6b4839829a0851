import { createServer, type IncomingHttpHeaders } from "node:http";

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}
/** What is answered: a status, with headers; `never`: nothing. */
export type Reaction = number | "never" | {
  readonly status: number;
  readonly headers: Record<string, string>;
};

/** A subscriber's own server. `react` is asked each time, and may be changed. */
export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  react: (received: Received) => Reaction;
  stop(): Promise<void>;
}

export async function openReceiver(react: Receiver["react"] = () => 204): Promise<Receiver> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Uint8Array[] = [];
    request.on("data", (chunk: Uint8Array) => chunks.push(chunk));
    request.on("end", () => {
      const one = { headers: request.headers, body: new TextDecoder().decode(concat(chunks)) };
      received.push(one);
      const reaction = receiver.react(one);
      if (reaction === "never") return;
      const { status, headers } = typeof reaction === "number" ? { status: reaction, headers: {} } : reaction;
      response.writeHead(status, headers).end(status === 204 ? undefined : `said ${status}`);
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address(), port = typeof address === "object" && address !== null ? address.port : 0;
  const stop = () => {
    server.closeAllConnections();
    return new Promise<void>((done) => void server.close(() => done()));
  };
  const receiver: Receiver = { url: `http://127.0.0.1:${port}/hooks`, received, react, stop };
  return receiver;
}

function concat(chunks: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
