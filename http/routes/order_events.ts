import { setTimeout as sleep } from "node:timers/promises";
import type { Hono } from "hono";
import { type SSEStreamingApi, streamSSE } from "hono/streaming";
import type { OrderId } from "../../actors/ids.ts";
import type { HistoryEvent } from "../../projections/queries.ts";
import { Fault } from "../../streams/faults.ts";
import type { Edge, EdgeContext, EdgeEnv } from "../edge.ts";
import type { Guards } from "../guard.ts";
import { isOrderId } from "../order_id.ts";
import { findOrder, unknownOrder } from "../reading/order.ts";
import { wantedPosition } from "../reading/positions.ts";
import { tagged } from "../reading/tagged.ts";
import { refuse } from "../respond.ts";

/** GET /v1/orders/{orderId}/events: the history; live as server-sent events. */
export function orderEventRoutes(app: Hono<EdgeEnv>, edge: Edge, allow: Guards): void {
  let streams = 0;
  app.get("/v1/orders/:orderId/events", allow("orders:read"), async (c) => {
    const id = c.req.param("orderId");
    if (!isOrderId(id)) return refuse(c, unknownOrder(id));
    const position = wantedPosition(c, edge.ownWrites.of(id));
    if (!position.ok) return refuse(c, position.refusal);
    const found = await findOrder(edge, { id, principal: c.get("principal"), position: position.value });
    if (!found.ok) return refuse(c, found.refusal);
    if (c.req.method === "HEAD" || !c.req.header("accept")?.includes("text/event-stream")) {
      const fresh = found.value.fresh && !found.value.fromActor;
      return tagged(c, { body: { items: await wholeHistory(edge, id) }, fresh });
    }
    if (streams >= edge.limits.eventStreamsMax) {
      const detail = "Cannot open event stream: too many are open";
      return refuse(c, { problem: "overloaded", detail, retryAfterS: 5 });
    }
    streams++;
    return streamSSE(
      c,
      (stream) => follow(edge, stream, id, lastSeen(c)).finally(() => streams--),
      (error) => {
        edge.report(error, c.get("requestId"));
        return Promise.resolve();
      },
    );
  });
}

async function wholeHistory(edge: Edge, id: OrderId): Promise<readonly HistoryEvent[]> {
  const events = [...await edge.queries.history(id)];
  while (events.length > 0 && events.length < edge.limits.eventsMax) {
    const more = await edge.queries.history(id, events.at(-1)!.version);
    if (more.length === 0) break;
    events.push(...more);
  }
  return events;
}

/** The version that the client saw last; the stream resumes after it. */
function lastSeen(c: EdgeContext): number {
  const header = c.req.header("last-event-id") ?? "";
  return /^\d{1,15}$/.test(header) ? Number(header) : 0;
}

/** Sends what is new until the client leaves, the server stops or the stream is old; clients reconnect and resume by themselves. */
async function follow(edge: Edge, stream: SSEStreamingApi, id: OrderId, after: number): Promise<void> {
  const { eventPollMs, eventHeartbeatMs, eventStreamMsMax } = edge.limits;
  const endsAtMs = edge.nowMs() + eventStreamMsMax;
  let last = after;
  let spokeAtMs = edge.nowMs();
  await stream.write("retry: 1000\n\n");
  while (!stream.aborted && !edge.closing?.aborted && edge.nowMs() < endsAtMs) {
    for (const event of await historyAfter(edge, id, last)) {
      await stream.writeSSE({ id: String(event.version), event: event.type, data: JSON.stringify(event) });
      last = event.version;
      spokeAtMs = edge.nowMs();
    }
    if (edge.nowMs() - spokeAtMs >= eventHeartbeatMs) {
      await stream.write(": still here\n\n");
      spokeAtMs = edge.nowMs();
    }
    await pause(eventPollMs, edge.closing);
  }
}

/** Nothing new while the database is away: the client keeps its stream and gets the events once it is back. */
async function historyAfter(edge: Edge, id: OrderId, after: number) {
  try {
    return await edge.queries.history(id, after);
  } catch (error) {
    if (error instanceof Fault && error.retry) return [];
    throw error;
  }
}

async function pause(ms: number, closing: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, undefined, closing === undefined ? {} : { signal: closing });
  } catch (error) {
    if (!closing?.aborted) throw error; // Otherwise the sleep was cut short because the server stops.
  }
}
