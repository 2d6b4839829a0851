import type { Event } from "../actor.ts";
import type { IssuedDocument } from "./document.ts";
import type { Seller } from "./seller.ts";

// Wire names and versions are what the log holds for years. Add a version; never edit one.

/** What documents say of their seller from now on. `hash`: SHA-256 in hex over the canonical JSON of `seller`. */
export type SeriesSellerDescribed = Event<
  "series.seller_described",
  1,
  { readonly seller: Seller; readonly hash: string }
>;
/** A number and the document that it belongs to, in one fact: neither exists without the other. */
export type SeriesDocumentIssued = Event<"series.document_issued", 1, IssuedDocument>;

/**
 * The log was restored, and numbers may be out there that it does not know. With `suffix` every series begins again under it; with `after`
 * it goes on behind that number. `ends`: how far each series had come in the restored log, by `<type>/<fiscal year>`.
 */
export type SeriesContinued = Event<"series.continued", 1, {
  readonly suffix?: string;
  readonly after?: { readonly [series: string]: number };
  readonly ends: { readonly [series: string]: { readonly sequence: number; readonly hash: string } };
}>;

export type SeriesEvent = SeriesSellerDescribed | SeriesDocumentIssued | SeriesContinued;

/** The versions that are written today; older ones are upcast when read. */
export const seriesEventVersions = {
  "series.seller_described": [1],
  "series.document_issued": [1],
  "series.continued": [1],
} as const satisfies { readonly [E in SeriesEvent as E["type"]]: readonly [E["version"]] };
