import type { z } from "@hono/zod-openapi";
import type { Standing } from "../../../actors/parcel/status.ts";
import { type CarrierAdapter, type Estimate, type NormalParcel, Unreadable } from "../adapter.ts";
import { hmacOfBody } from "../authentication/hmac.ts";
import type { CodeTable } from "../codes.ts";
import { normalParcel, type ReadEvent } from "../normal.ts";
import { estimateOf } from "../reading/estimates.ts";
import { at, type Raw, readJson } from "../reading/json.ts";
import { moment } from "../reading/times.ts";
import { type GenericEvent, genericEvent, genericEvents } from "./body.ts";
import { codesOf } from "./codes.ts";

const name = "generic";

/** Our own simple body, for carriers that have no adapter. */
function genericAdapter(codes: CodeTable): CarrierAdapter {
  const read = (bytes: Uint8Array) => parcelsOf(eventsOf(readJson(bytes)), codes);
  return {
    name,
    authenticate: hmacOfBody({ headers: ["x-waybill-signature"], encoding: "hex", prefix: "sha256=" }),
    callback: read,
    reply: read,
    configured: (setting) => genericAdapter(codesOf(setting("CODES"))),
  };
}

function eventsOf(body: Raw): readonly GenericEvent[] {
  if (Array.isArray(body)) return parsed(genericEvents, body);
  const events = at(body, "events");
  return events === undefined ? [parsed(genericEvent, body)] : parsed(genericEvents, events, "events");
}

/** The body is ours: what is wrong with it is said. */
function parsed<Schema extends z.ZodType>(schema: Schema, value: Raw, within?: string): z.infer<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Unreadable(
    [[within, ...issue?.path ?? []].filter((step) => step !== undefined).join("."), issue?.message]
      .filter(Boolean).join(": "),
  );
}

function parcelsOf(events: readonly GenericEvent[], codes: CodeTable): readonly NormalParcel[] {
  const parcels = new Map<string, GenericEvent[]>();
  for (const event of events) {
    const key = JSON.stringify([event.carrier, event.trackingNumber]);
    parcels.set(key, [...parcels.get(key) ?? [], event]);
  }
  return [...parcels.values()].map((ofParcel) => {
    const { trackingNumber, carrier = name } = ofParcel[0]!;
    return normalParcel({
      trackingNumber,
      carrier,
      events: ofParcel.filter(({ status, code }) => (status ?? code) !== undefined)
        .map((event) => readEvent(event, codes)),
      estimatedDelivery: newestEstimate(ofParcel),
    });
  });
}

function readEvent(event: GenericEvent, codes: CodeTable): ReadEvent {
  const { code, occurredAt, location, description } = event;
  const when = moment(occurredAt);
  if (when === undefined) throw new Unreadable(`occurredAt: ${occurredAt} is not a time as in RFC 3339`);
  return { code, location, description, moment: when, meaning: meaningOf(event, codes) };
}

function meaningOf(
  { status, subStatus, code, carrier }: GenericEvent,
  codes: CodeTable,
): Standing | undefined {
  if (status !== undefined) return subStatus === undefined ? { status } : { status, subStatus };
  const meaning = codes.meaningOf(`${carrier}:${code}`) ?? codes.meaningOf(code);
  return meaning && subStatus !== undefined ? { ...meaning, subStatus } : meaning;
}

/** Of the newest event that has one; without a time it is news of now. */
function newestEstimate(events: readonly GenericEvent[]): Estimate | undefined {
  const [newest] = events.filter(({ estimatedDelivery }) => estimatedDelivery !== undefined)
    .map(({ occurredAt, estimatedDelivery }) => ({ at: moment(occurredAt)?.at ?? "~", estimatedDelivery }))
    .sort((one, other) => one.at < other.at ? 1 : one.at > other.at ? -1 : 0);
  const said = newest?.estimatedDelivery;
  if (said === undefined) return undefined;
  const estimate = typeof said === "string" ? estimateOf(said) : estimateOf(said.from, said.to);
  if (estimate) return estimate;
  throw new Unreadable("estimatedDelivery: it is neither a date nor a time as in RFC 3339");
}

export default genericAdapter(codesOf(undefined));
