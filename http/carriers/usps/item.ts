import type { Standing } from "../../../actors/parcel/status.ts";
import type { NormalParcel } from "../adapter.ts";
import { normalParcel, type ReadEvent } from "../normal.ts";
import { type Moment, moment } from "../reading/times.ts";
import { eventCodes, incidents } from "./codes.ts";
import { ofCategory, ofDelivery, ofWords } from "./words.ts";

/** What both interfaces of USPS say of one parcel, before it is put into our words. */
export interface UspsItem {
  readonly trackingNumber: string;
  readonly category: string | undefined;
  /** In sentences where there is no category. */
  readonly status: string | undefined;
  /** A date; its hours have no zone. */
  readonly expected: string | undefined;
  readonly events: readonly UspsEvent[];
}

export interface UspsEvent {
  readonly code: string | undefined;
  /** `Delivered, Parcel Locker`, or in callbacks `DELIVERED`. */
  readonly type: string | undefined;
  readonly words: string | undefined;
  readonly moment: Moment | undefined;
  readonly place: string | undefined;
}

export function parcelOf({ trackingNumber, category, status, expected, events }: UspsItem): NormalParcel {
  const day = moment(expected)?.at.slice(0, 10);
  const said = category ?? status;
  return normalParcel({
    trackingNumber,
    carrier: "usps",
    events: events.map(eventOf),
    ...(said !== undefined && {
      summary: { meaning: ofCategory(category) ?? ofWords(category) ?? ofWords(status), code: category },
    }),
    ...(day !== undefined && { estimatedDelivery: { from: day, to: day } }),
  });
}

function eventOf({ code, type, words, moment, place }: UspsEvent): ReadEvent {
  return {
    meaning: meaningOf(code, type, words),
    moment,
    location: place,
    description: words ?? type,
    code: code ?? type,
  };
}

function meaningOf(code: string | undefined, type: string | undefined, words: string | undefined) {
  const said: Standing | undefined = eventCodes.meaningOf(code) ?? incidents.meaningOf(code) ??
    ofCategory(type) ?? incidents.meaningOf(type) ?? ofWords(type) ?? ofWords(words);
  return said?.status === "delivered" ? ofDelivery(`${type} ${words}`) : said;
}
