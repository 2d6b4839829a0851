import type { ReadEvent } from "../normal.ts";
import { at, firstText, list, place, type Raw, text } from "../reading/json.ts";
import { moment } from "../reading/times.ts";
import { placeText, withoutSigner } from "../reading/words.ts";
import { meaningOfAny } from "./codes.ts";

/** An event, and whether it came without a code: between two milestones it has none. */
export type TrackEvent = ReadEvent & { readonly uncoded: boolean };

/** A carrier with what it has seen of the parcel. */
export interface Leg {
  readonly carrier: string | undefined;
  readonly events: readonly TrackEvent[];
}

/** The carriers of a parcel, the one that saw it last at the end; one that has seen nothing does not come after one that has. */
export function legsOf(tracking: Raw): readonly Leg[] {
  return list(at(tracking, "providers"))
    .map((leg) => ({ carrier: carrierOf(at(leg, "provider")), events: eventsOf(list(at(leg, "events"))) }))
    .sort((one, other) => lastMs(one) - lastMs(other));
}

export const eventsOf = (events: readonly Raw[]): readonly TrackEvent[] => events.map(eventOf);

const carrierOf = (provider: Raw) =>
  firstText(at(provider, "name"), at(provider, "alias"), at(provider, "key"));

/** Before everything for a carrier that has seen nothing. */
const lastMs = ({ events }: Leg): number =>
  events.reduce(
    (last, { moment }) => moment ? Math.max(last, Date.parse(moment.at)) : last,
    Number.MIN_SAFE_INTEGER,
  );

function eventOf(event: Raw): TrackEvent {
  const subStatus = text(at(event, "sub_status")), stage = text(at(event, "stage"));
  const where = at(event, "address"), raw = at(event, "time_raw");
  const written = place(at(where, "city"), at(where, "state"), at(where, "country"));
  return {
    meaning: meaningOfAny(subStatus, stage),
    moment: moment(firstText(at(event, "time_utc"), at(event, "time_iso"))) ??
      moment(text(at(raw, "date")), text(at(raw, "time")), text(at(raw, "timezone"))),
    location: text(at(where, "city")) !== undefined ? written : placeText(at(event, "location")) ?? written,
    description: withoutSigner(text(at(event, "description"))),
    code: subStatus ?? stage,
    uncoded: subStatus === undefined && stage === undefined,
  };
}
