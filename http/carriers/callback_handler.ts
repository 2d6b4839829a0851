import type { ScanInput, ScanParcel } from "../../actors/commands.ts";
import type { ActorId } from "../../actors/ids.ts";
import type { Callback } from "../../streams/callbacks/callback_pack.ts";
import type { Ask, Asked } from "../../streams/edge/asking.ts";
import { Fault } from "../../streams/faults.ts";
import { type CarrierAdapter, type NormalEvent, type NormalParcel, Unreadable } from "./adapter.ts";
import { parcelActor } from "./parcel_key.ts";

/** What was made of one callback. */
export interface Handled {
  readonly callback: string;
  readonly carrier: string;
  readonly result: "told" | "unreadable" | "unknown-carrier" | "refused" | "defect";
  readonly parcels: number;
  /** Codes that no table has. */
  readonly unmapped: readonly string[];
  /** Parcels whose summary says another status than their newest event. */
  readonly disagreements: number;
}

export interface CallbackHandlerOptions {
  readonly adapters: ReadonlyMap<string, CarrierAdapter>;
  readonly ask: Ask;
  readonly handled?: (what: Handled) => void;
}

/** One command holds so many scans; a parcel with more is told in several. */
const scansMax = 200;
/** It is enough that the log has it: what a parcel makes of its scans is its own business, and one that is stopped holds up nobody. */
const patienceMs = 0;

/**
 * Tells parcels what callbacks say of them. Rejects with a `Fault` that trying again helps with while any of it may not be in the log;
 * telling it again is no harm, because a parcel takes each scan once.
 */
export function callbackHandler({ adapters, ask, handled }: CallbackHandlerOptions) {
  return async (callbacks: readonly Callback[]): Promise<void> => {
    await Promise.all(callbacks.map(async (callback) => {
      const { id, carrier } = callback, parcels = parcelsOf(adapters.get(carrier), callback);
      if (typeof parcels === "string") {
        handled?.({ callback: id, carrier, result: parcels, parcels: 0, unmapped: [], disagreements: 0 });
        return;
      }
      const told = await Promise.all(
        newsOf(parcels, callback).map(({ to, command }) => tell(ask, to, command)),
      );
      handled?.({
        callback: id,
        carrier,
        result: told.find((one) => one !== "told") ?? "told",
        parcels: parcels.length,
        unmapped: parcels.flatMap(({ unmapped = [] }) => unmapped),
        disagreements: parcels.filter(({ disagrees }) => disagrees).length,
      });
    }));
  };
}

function parcelsOf(
  adapter: CarrierAdapter | undefined,
  { body }: Callback,
): readonly NormalParcel[] | "unreadable" | "unknown-carrier" {
  if (!adapter) return "unknown-carrier";
  try {
    return adapter.callback(body);
  } catch (error) {
    if (error instanceof Unreadable) return "unreadable";
    throw error;
  }
}

/** The commands that a message comes to. */
export function newsOf(
  parcels: readonly NormalParcel[],
  { id: source, atMs }: Pick<Callback, "id" | "atMs">,
): { readonly to: ActorId; readonly command: ScanParcel }[] {
  return parcels.flatMap((parcel) => {
    const { carrier, trackingNumber, estimatedDelivery } = parcel;
    const to = parcelActor(carrier, trackingNumber), scans = scansOf(parcel, atMs);
    const slices = Array.from(
      { length: Math.ceil(scans.length / scansMax) },
      (_, i) => scans.slice(i * scansMax, (i + 1) * scansMax),
    );
    if (slices.length === 0 && estimatedDelivery) slices.push([]);
    return slices.map((slice, i) => {
      const estimate = i === slices.length - 1 && estimatedDelivery ? { estimatedDelivery } : {};
      return { to, command: { type: "scans" as const, scans: slice, ...estimate, source } };
    });
  });
}

/** A bare status is a scan of the moment at which we heard of it: nobody says another one. */
function scansOf({ status, subStatus, events }: NormalParcel, heardAtMs: number): ScanInput[] {
  if (events.length > 0 || status === "unknown") return events.map(scanOf);
  const standing = subStatus === undefined ? { status } : { status, subStatus };
  return [{ ...standing, atMs: heardAtMs, description: "", carrierCode: "" }];
}

const scanOf = ({ at, ...rest }: NormalEvent): ScanInput => ({ ...rest, atMs: Date.parse(at) });

async function tell(ask: Ask, to: ActorId, command: ScanParcel): Promise<"told" | "refused" | "defect"> {
  const asked: Asked = await ask({ to, command, patienceMs });
  switch (asked.kind) {
    case "answered":
      return asked.answer.ok ? "told" : "refused";
    case "accepted":
      return "told"; // It is in the log, and will be decided.
    case "defect":
      return "defect";
    case "in-doubt":
    case "overloaded":
    case "unavailable":
      throw new Fault("log.unavailable", `Cannot tell ${to} what happened: ${asked.kind}`);
  }
}
