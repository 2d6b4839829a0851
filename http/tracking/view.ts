import type { RequestView } from "../../actors/parcel/request_status.ts";
import type { LogNews } from "../../projections/log_news.ts";
import type { TrackingStatus } from "../../actors/parcel/status.ts";

/** One scan of the parcel, as the customer may see it. */
export interface TrackingEvent {
  readonly status: TrackingStatus;
  readonly subStatus?: string;
  /** RFC 3339 in UTC. */
  readonly at: string;
  /** The carrier's own text of the time, where it did not say in which zone: then `at` is that, read as if it were UTC. */
  readonly localTime?: string;
  readonly location?: string;
  /** The carrier's words. */
  readonly description: string;
  readonly carrierCode: string;
}

/** What GET /v1/tracking/{token} answers, and what only the page needs. */
export interface TrackingView {
  readonly status: TrackingStatus;
  readonly subStatus?: string;
  readonly statusAt: string;
  readonly carrier: string;
  readonly trackingNumber: string;
  /** RFC 3339 in UTC, or `YYYY-MM-DD` where the carrier names only the day. */
  readonly estimatedDelivery?: { readonly from: string; readonly to: string };
  readonly delayed?: { readonly reason: string; readonly since: string };
  /** Oldest first. */
  readonly events: readonly TrackingEvent[];

  /** Of its link. */
  readonly token: string;
  readonly shipmentId: string;
  readonly orderId: string;
  /** What its receiver has asked the shop for, oldest first. */
  readonly requests: readonly RequestView[];
  readonly orderNumber?: string;
  /** The customer's: a BCP 47 tag. */
  readonly language?: string;
  /** The carrier as customers know it; absent for one that they know by no name. */
  readonly carrierTitle?: string;
  /** The carrier's own page for this parcel. */
  readonly carrierUrl?: string;
  readonly origin?: {
    readonly name: string;
    readonly latitude?: number;
    readonly longitude?: number;
    readonly country?: string;
  };
  readonly destinationCountry?: string;
  readonly lines?: readonly { readonly description: string; readonly quantity: number }[];
  /** Another one whenever anything above is another. Printable ASCII without blanks. */
  readonly revision: string;
}

/** Where the page's content comes from. Both throw a `Fault` when it cannot be asked. */
export interface TrackingDesk {
  byToken(token: string): Promise<TrackingView | undefined>;
  /** The present revision of each of the tokens that is known: one question, however many are watched. */
  revisionsOf(tokens: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

/** Whose page it is. */
export interface Branding {
  /** The shop, as its customers know it. */
  readonly name: string;
  /** A `data:` URL or the path of a file: SVG, PNG, JPEG or WebP. */
  readonly logo?: string;
  /** `#rrggbb`; shades of it that can be read are derived. */
  readonly colour?: string;
  readonly contactEmail?: string;
  readonly contactUrl?: string;
  readonly legalUrl?: string;
}

/** What the edge needs to show parcels to their receivers. */
export interface TrackingShop {
  readonly desk: TrackingDesk;
  readonly branding: Branding;
  /** Says at once what happens to parcels; without it open pages are told by asking the desk again and again. */
  readonly news?: LogNews;
}
