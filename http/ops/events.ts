import type { Hono } from "hono";
import { type SSEStreamingApi, streamSSE } from "hono/streaming";
import type { Edge, EdgeContext, EdgeEnv } from "../edge.ts";
import { refuse } from "../respond.ts";
import type { Reading } from "./console.ts";
import { overviewPage } from "./overview_page.ts";
import type { Session } from "./session.ts";
import type { ConsoleWatch } from "./watch.ts";

interface Live {
  readonly watch: ConsoleWatch;
  readonly sessionOf: (c: EdgeContext) => Session | undefined;
}

/** What the overview shows, anew with every reading, to whoever has it open and may still see it. */
export function eventRoute(app: Hono<EdgeEnv>, edge: Edge, { watch, sessionOf }: Live): void {
  app.get("/ops/events", (c) => {
    if (sessionOf(c) === undefined) {
      return refuse(c, { problem: "unauthorized", detail: "Cannot follow the console: sign in at /ops" });
    }
    if (watch.viewers >= edge.limits.consoleStreamsMax) {
      const detail = "Cannot open event stream: too many are open";
      return refuse(c, { problem: "overloaded", detail, retryAfterS: 5 });
    }
    c.header("x-accel-buffering", "no"); // nginx would keep the news to itself.
    return streamSSE(
      c,
      (stream) => follow(stream, edge, { watch, isSignedIn: () => sessionOf(c) !== undefined }),
      (error) => {
        edge.report(error, c.get("requestId"));
        return Promise.resolve();
      },
    );
  });
}

/** Until the page is closed, its session ends, the server stops, or the stream is old; browsers come back by themselves. */
async function follow(
  stream: SSEStreamingApi,
  edge: Edge,
  { watch, isSignedIn }: { readonly watch: ConsoleWatch; readonly isSignedIn: () => boolean },
): Promise<void> {
  const endsAtMs = edge.nowMs() + edge.limits.eventStreamMsMax, news = new Latest<Reading>();
  const stop = watch.listen((reading) => news.tell(reading));
  stream.onAbort(() => news.end());
  const end = () => news.end();
  edge.closing?.addEventListener("abort", end, { once: true });
  try {
    await stream.write("retry: 2000\n\n");
    while (edge.nowMs() < endsAtMs) {
      const reading = await news.next();
      if (reading === undefined) return;
      if (!isSignedIn()) return await stream.writeSSE({ event: "over", data: "" });
      const html = overviewPage(reading).text;
      await stream.writeSSE({ event: "update", data: JSON.stringify({ html }) });
    }
  } finally {
    stop();
    edge.closing?.removeEventListener("abort", end);
  }
}

/** Who is slow is told the latest, not all that it missed. */
class Latest<T> {
  #value: T | undefined;
  #ended = false;
  #wake: (() => void) | undefined;

  tell(value: T): void {
    this.#value = value;
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  /** Undefined at the end. */
  async next(): Promise<T | undefined> {
    while (this.#value === undefined && !this.#ended) {
      await new Promise<void>((wake) => this.#wake = wake);
    }
    const value = this.#ended ? undefined : this.#value;
    this.#value = undefined;
    return value;
  }
}
