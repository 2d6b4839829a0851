import type { Json } from "../../actors/actor.ts";
import { base32 } from "../../streams/base32.ts";
import { hashOf } from "../../streams/hash.ts";
import { type PublicEvent, typeOf } from "./catalogue.ts";

/** CloudEvents 1.0.2, structured JSON. */
export interface CloudEvent {
  readonly specversion: "1.0";
  /** `evt_…`; also the `webhook-id`. */
  readonly id: string;
  readonly source: string;
  readonly type: string;
  /** The id of the order, shipment or endpoint that it is about. */
  readonly subject: string;
  /** RFC 3339. */
  readonly time: string;
  readonly datacontenttype: "application/json";
  readonly data: { readonly [field: string]: Json };
}

/** An event as it is sent, however often: its bytes never change. */
export interface FrozenEvent {
  readonly eventId: string;
  readonly name: string;
  readonly type: string;
  readonly subject: string;
  readonly channel?: string | undefined;
  readonly atMs: number;
  readonly body: string;
}

export interface Telling {
  readonly event: PublicEvent;
  /** Where it stands, for ever: a turn's id and a place in it. The same place is the same id, whoever asks and how often. */
  readonly place: readonly (string | number)[];
  /** Who says it: where customers see the shop, or `urn:waybill`. */
  readonly source: string;
  readonly subject: string;
  readonly channel?: string | undefined;
  readonly atMs: number;
  readonly data: CloudEvent["data"];
}

const encoder = new TextEncoder();

/** What something is called for ever that stands at this place. */
export const idAt = (prefix: "evt" | "dlv" | "whe", place: readonly (string | number)[]): string =>
  `${prefix}_${base32(hashOf(encoder.encode(JSON.stringify(place))))}`;

export function frozen({ event, place, source, subject, channel, atMs, data }: Telling): FrozenEvent {
  const type = typeOf(event), id = idAt("evt", [...place, type, subject]);
  const said: CloudEvent = {
    specversion: "1.0",
    id,
    source,
    type,
    subject,
    time: new Date(atMs).toISOString(),
    datacontenttype: "application/json",
    data,
  };
  return { eventId: id, name: event.name, type, subject, channel, atMs, body: JSON.stringify(said) };
}
