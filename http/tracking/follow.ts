import type { SSEStreamingApi } from "hono/streaming";
import { actorId } from "../../actors/ids.ts";
import type { Edge } from "../edge.ts";
import type { Update } from "./page_maker.ts";
import { publicTracking } from "./public.ts";
import type { TrackingView } from "./view.ts";
import type { Listening, TrackingWatch } from "./watch.ts";

export interface Followed {
  readonly watch: TrackingWatch;
  readonly token: string;
  /** As it was when the page came; let go of once it is told, because thousands of them are much. */
  view: TrackingView | undefined;
  /** The revision that the page has. */
  readonly seen: string | undefined;
  readonly updateOf: (view: TrackingView) => Promise<Update>;
}

/** Tells an open page of every change until it leaves, the server stops or the stream is old; browsers come back by themselves. */
export async function follow(edge: Edge, stream: SSEStreamingApi, followed: Followed): Promise<void> {
  const { eventHeartbeatMs, eventStreamMsMax } = edge.limits, { watch, seen, updateOf } = followed;
  const listening = listen(watch, followed);
  stream.onAbort(listening.stop);
  const endsAtMs = edge.nowMs() + eventStreamMsMax;
  const send = async (news: TrackingView) => {
    const data = JSON.stringify({ ...publicTracking(news), ...await updateOf(news) });
    await stream.writeSSE({ id: news.revision, event: "update", data });
  };
  try {
    await stream.write("retry: 2000\n\n");
    if (followed.view && followed.view.revision !== seen) await send(followed.view);
    followed.view = undefined;
    while (!stream.aborted && !edge.closing?.aborted && edge.nowMs() < endsAtMs) {
      const news = await listening.next(eventHeartbeatMs);
      if (news !== undefined) await send(news);
      else await stream.write(": still here\n\n");
    }
  } finally {
    listening.stop();
  }
}

function listen(watch: TrackingWatch, { token, view }: Followed): Listening {
  const parcel = view && actorId("parcel", `${view.carrier}:${view.trackingNumber}`);
  return watch.listen(token, view?.revision, parcel);
}
