import type { Standing } from "../../../actors/parcel/status.ts";
import { type CarrierAdapter, type NormalParcel, Unreadable } from "../adapter.ts";
import { sharedToken } from "../authentication/shared_token.ts";
import { normalParcel, type ReadEvent } from "../normal.ts";
import { at, list, place, type Raw, readJson, text } from "../reading/json.ts";
import { withoutSignatory } from "../reading/people.ts";
import { moment } from "../reading/times.ts";
import { categories, events, statuses } from "./codes.ts";

const name = "gls";
const notFound = {
  meaning: { status: "unknown", subStatus: "not_found_or_rejected" },
  code: undefined,
} as const;

/** Track And Trace v1: `parcels[]`. GLS pushes nothing that is documented; what it pushes is taken to look the same. */
function read(bytes: Uint8Array): readonly NormalParcel[] {
  const body = readJson(bytes), parcels = at(body, "parcels");
  if (Array.isArray(parcels)) return parcels.map((parcel) => parcelOf(parcel, parcels));
  if (at(body, "unitno") !== undefined) return [parcelOf(body, [body])];
  if (list(at(body, "errors")).length > 0 || text(at(body, "errorCode")) !== undefined) return [];
  throw new Unreadable("no parcels");
}

function parcelOf(parcel: Raw, all: readonly Raw[]): NormalParcel {
  const trackingNumber = numberOf(parcel, all), code = text(at(parcel, "status"));
  if (trackingNumber === undefined) throw new Unreadable("a parcel without its number");
  if (code === undefined && text(at(parcel, "errorCode")) !== undefined) {
    return normalParcel({ trackingNumber, carrier: name, events: [], summary: notFound });
  }
  const summary = { meaning: meaningOf(code), code };
  const scans = list(at(parcel, "events"));
  const newest = { ...summary, moment: moment(text(at(parcel, "statusDateTime"))), description: undefined };
  return normalParcel({
    trackingNumber,
    carrier: name,
    events: scans.length > 0 || code === undefined ? scans.map(eventOf) : [newest],
    summary: code === undefined ? undefined : summary,
  });
}

/** What was asked for is the number that we know the parcel by; but a reference may name several parcels. */
function numberOf(parcel: Raw, all: readonly Raw[]): string | undefined {
  const requested = text(at(parcel, "requested")), unit = text(at(parcel, "unitno"));
  const shared = all.filter((other) => text(at(other, "requested")) === requested).length > 1;
  return shared ? unit ?? requested : requested ?? unit;
}

function eventOf(event: Raw): ReadEvent {
  const code = text(at(event, "code"));
  return {
    code,
    meaning: meaningOf(code),
    moment: moment(text(at(event, "eventDateTime"))),
    location: place(at(event, "city"), at(event, "country")),
    description: withoutSignatory(text(at(event, "description"))),
  };
}

function meaningOf(code: string | undefined): Standing | undefined {
  return events.meaningOf(code) ?? statuses.meaningOf(code) ?? categories.meaningOf(code?.split(".", 1)[0]);
}

const adapter: CarrierAdapter = {
  name,
  title: "GLS",
  authenticate: sharedToken,
  callback: read,
  reply: read,
  trackingUrl: (number) => `https://gls-group.com/track/${encodeURIComponent(number)}`,
};
export default adapter;
