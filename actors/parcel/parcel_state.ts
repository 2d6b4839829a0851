import type { DeliveryEstimate } from "../commands.ts";
import type { ReturnId } from "../ids.ts";
import type { Cases } from "./cases.ts";
import type { LaneTold } from "./lane.ts";
import { type Kept, withScans } from "./keep.ts";
import { type Scan, standingOf } from "./fold.ts";
import type {
  DelayReason,
  ParcelCustomerAnswered,
  ParcelCustomerAsked,
  ParcelRegistered,
} from "./parcel_events.ts";
import type { Standing } from "./status.ts";

export interface Delay {
  readonly reason: DelayReason;
  readonly sinceMs: number;
  readonly revised?: string;
}
/** How it stands, and since when by its carrier's clock; undefined before anything was said. */
export interface Stands extends Standing {
  readonly atMs?: number;
}

/** What the receiver of a shipment in it has asked the shop for, and what the shop said. */
export type CustomerRequest =
  & Pick<ParcelCustomerAsked["data"], "request" | "shipment" | "kind" | "atMs">
  & Partial<Pick<ParcelCustomerAnswered["data"], "outcome">>;

/** One parcel: what its carrier said of it, and whose it is. Plain data, stored as it is. */
export interface ParcelState extends Kept {
  /** `<carrier>:<number>`. */
  readonly key: string;
  /** Who is told; empty while nobody has said that it is theirs. */
  readonly shipments: readonly ParcelRegistered["data"][];
  /** Returns whose goods travel in it, which are told, too; absent: none. */
  readonly followers?: readonly ReturnId[];
  readonly standing: Stands;
  /** The last change of status that was recorded, its number, and when it was heard of. */
  readonly told: Standing;
  readonly moves: number;
  readonly movedAtMs: number;
  /** When news came last, by our clock: a scan that happened after all that were known, or its registration. */
  readonly newsAtMs: number;
  readonly estimate?: DeliveryEstimate;
  /** What customers have been told first: later estimates are measured by it. */
  readonly promise?: { readonly day: string; readonly dueMs: number };
  readonly delays: readonly Delay[];
  /** Given up for want of news, until there is some. */
  readonly expiredAtMs?: number;
  /** Absent while nobody ever had to do anything about it. */
  readonly cases?: Cases;
  /** Absent while nobody has told it. */
  readonly lane?: LaneTold;
  /** Absent while nobody has asked for anything. */
  readonly requests?: readonly CustomerRequest[];
}

export const initialParcel = (key: string): ParcelState => ({
  key,
  shipments: [],
  checkpoints: [],
  standing: { status: "unknown" },
  told: { status: "unknown" },
  moves: 0,
  movedAtMs: 0,
  newsAtMs: 0,
  delays: [],
});

export const isKnown = (state: ParcelState): boolean =>
  state.shipments.length > 0 || state.checkpoints.length > 0;

/** When the newest scan happened. */
export function newestMs({ checkpoints }: ParcelState): number {
  return checkpoints.at(-1)?.atMs ?? -Infinity;
}

/**
 * The fold of all scans. A parcel that its shop has announced is at least `pre_transit`; one that has been given up is `expired`
 * unless its scans have ended it.
 */
export function standingNow(state: ParcelState): Stands {
  const { checkpoints, expiredAtMs, shipments } = state;
  const expiry: Scan[] = expiredAtMs === undefined
    ? []
    : [{ status: "expired", atMs: Math.max(expiredAtMs, newestMs(state)), hash: "expired" }];
  const { atMs, ...standing } = standingOf([...checkpoints, ...expiry]);
  const first = shipments[0];
  if (standing.status === "unknown" && first !== undefined) {
    return { status: "pre_transit", atMs: first.handedOverAtMs };
  }
  return atMs === undefined ? standing : { ...standing, atMs };
}

export function scanned(state: ParcelState, news: ParcelState["checkpoints"]): ParcelState {
  return { ...state, ...withScans(state, news) };
}

/** Nothing more is to come of it, or nothing that a customer waits for. */
export function isOver({ standing: { status, subStatus } }: ParcelState): boolean {
  switch (status) {
    case "delivered":
    case "return_to_sender":
    case "cancelled":
    case "expired":
      return true;
    case "exception":
      return subStatus === "disposed" || subStatus === "seized";
    default:
      return false;
  }
}
