import type { WebhookDirectory, WebhookEndpoint } from "../../streams/edge/webhook_endpoints.ts";
import type { Happened } from "../../streams/record_text.ts";
import { asking, type Sql, transaction, type Tx } from "../database.ts";
import type { LogRecord } from "../log_record.ts";
import type { Write } from "../projection.ts";
import { type FrozenEvent, idAt } from "./cloud_event.ts";
import { PublicEvents } from "./public_events.ts";
import { wants } from "./subscription.ts";

/** One event for one endpoint. */
export interface NewDelivery {
  readonly endpointId: string;
  readonly eventId: string;
  /** W3C trace context of the request behind the event; absent when nobody traces that. */
  readonly traceparent?: string;
}

/** Where its rows are, and its positions; and what it reads of the log. */
export const webhookRows = { name: "webhooks", version: 1, kinds: ["order", "parcel", "credit"] } as const;

/** Turns what happened into deliveries: to whoever subscribed before it did. */
export class WebhookOutbox {
  readonly #directory: Pick<WebhookDirectory, "current">;
  readonly #events: PublicEvents;

  constructor(directory: Pick<WebhookDirectory, "current">, publicUrl: string | undefined) {
    this.#directory = directory;
    this.#events = new PublicEvents(publicUrl);
  }

  /** Nothing, also of the work, while nobody subscribes. */
  async project(records: readonly LogRecord<Happened>[], db: Sql): Promise<Write<Tx> | undefined> {
    const last = records.at(-1)?.sequence ?? 0;
    // An endpoint that was acknowledged before one of these events happened is among them.
    const endpoints = [...(await this.#directory.current()).values()]
      .filter(({ deletedAt, since }) => deletedAt === undefined && since < last);
    if (endpoints.length === 0) return undefined;
    const told = await this.#events.of(
      records,
      db,
      (happening) => endpoints.some((endpoint) => wants(endpoint, happening)),
    );
    if (told.length === 0) return undefined;
    const deliveries = told.flatMap((one) =>
      endpoints.filter((endpoint) => wants(endpoint, one)).map(({ endpointId }) => ({
        endpointId,
        eventId: one.eventId,
        ...(one.traceparent !== undefined && { traceparent: one.traceparent }),
      }))
    );
    return (tx) => writeDeliveries(tx, told, deliveries);
  }
}

/** Tells what is not in the log, of one endpoint, to the others that subscribe to it. */
export async function tellOfOther(
  sql: Sql,
  event: FrozenEvent,
  endpoints: Iterable<WebhookEndpoint>,
): Promise<void> {
  const { eventId, name, channel, subject } = event;
  const deliveries = [...endpoints]
    .filter((one) => one.endpointId !== subject && wants(one, { name, channel, sequence: Infinity }))
    .map(({ endpointId }) => ({ endpointId, eventId }));
  if (deliveries.length === 0) return;
  await asking(
    "tell of an endpoint",
    () => transaction(sql, (tx) => writeDeliveries(tx, [event], deliveries)),
  );
}

/** Writing them again changes nothing. */
export async function writeDeliveries(
  tx: Tx,
  events: readonly FrozenEvent[],
  deliveries: readonly NewDelivery[],
): Promise<void> {
  const kept = events.map(({ eventId, name, type, subject, atMs, body }) => ({
    event_id: eventId,
    ...{ name, type, subject, body },
    happened_at: new Date(atMs).toISOString(),
  }));
  await tx`
    insert into webhooks_v1.events (event_id, name, type, subject, happened_at, body)
    select * from jsonb_to_recordset(${tx.json(kept)}) as r(
      event_id text, name text, type text, subject text, happened_at timestamptz, body text)
    on conflict do nothing`;
  for (let from = 0; from < deliveries.length; from += rowsAtOnceMax) {
    const rows = deliveries.slice(from, from + rowsAtOnceMax).map(({ endpointId, eventId, traceparent }) => ({
      delivery_id: deliveryIdOf(endpointId, eventId),
      endpoint_id: endpointId,
      event_id: eventId,
      ...(traceparent !== undefined && { traceparent }),
    }));
    await tx`
      insert into webhooks_v1.deliveries (delivery_id, endpoint_id, event_id, traceparent)
      select * from jsonb_to_recordset(${tx.json(rows)}) as r(
        delivery_id text, endpoint_id text, event_id text, traceparent text)
      on conflict do nothing`;
  }
}

/** A statement must end in time, however many endpoints want thousands of events. */
const rowsAtOnceMax = 10_000;

export const deliveryIdOf = (endpointId: string, eventId: string): string =>
  idAt("dlv", [endpointId, eventId]);
