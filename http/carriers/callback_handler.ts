import type { ScanInput, ScanParcel } from "../../actors/commands.ts";
import type { ActorId } from "../../actors/ids.ts";
import type { Callback } from "../../streams/callbacks/callback_pack.ts";
import type { Ask, Asked } from "../../streams/edge/asking.ts";
import { Fault } from "../../streams/faults.ts";
import {
  type CarrierAdapter,
  type Estimate,
  Misconfigured,
  type NormalEvent,
  type NormalParcel,
  Unreadable,
} from "./adapter.ts";
import { clean } from "./clean.ts";
import { textLimits } from "./normal.ts";
import { isParcelName, parcelActor } from "./parcel_key.ts";

/** What was made of one callback. */
export interface Handled {
  readonly callback: string;
  readonly carrier: string;
  readonly result: "told" | "unreadable" | "unknown-carrier" | "misconfigured" | "refused" | "defect";
  readonly parcels: number;
  /** Codes that no table has. */
  readonly unmapped: readonly string[];
  /** Parcels whose summary says another status than their newest event. */
  readonly disagreements: number;
  /** Why nothing could be made of it. */
  readonly why?: string;
}

/** Follows callbacks that somebody traces. A callback that is tried again is begun again. */
export interface CallbackTracer {
  /** The W3C trace context for the commands that follow from it; undefined for one that nobody traces. */
  begin(callback: Callback): string | undefined;
  end(callback: Callback, what: Handled): void;
}
export interface CallbackHandlerOptions {
  readonly adapters: ReadonlyMap<string, CarrierAdapter>;
  readonly ask: Ask;
  readonly handled?: (what: Handled) => void;
  readonly tracer?: CallbackTracer;
}

/** Callbacks at one time, and parcels of each. */
const atOnce = 512;
/** One command holds so many scans; a parcel with more is told in several. */
const scansMax = 200;
/** It is enough that the log has it: what a parcel makes of its scans is its own business, and one that is stopped holds up nobody. */
const patienceMs = 0;

/**
 * Tells parcels what callbacks say of them. Rejects with a `Fault` that trying again helps with while any of it may not be in the log;
 * telling it again is no harm, because a parcel takes each scan once. A callback that an adapter fails over holds up no other.
 */
export function callbackHandler({ adapters, ask, handled, tracer }: CallbackHandlerOptions) {
  return async (callbacks: readonly Callback[]): Promise<void> => {
    await eachOf(callbacks, async (callback) => {
      const traceparent = tracer?.begin(callback);
      const traced: Ask = traceparent === undefined ? ask : (asked) => ask({ ...asked, traceparent });
      const what = await tellAll(adapters.get(callback.carrier), callback, traced);
      tracer?.end(callback, what);
      handled?.(what);
    });
  };
}

async function tellAll(
  adapter: CarrierAdapter | undefined,
  callback: Callback,
  ask: Ask,
): Promise<Handled> {
  const { id, carrier } = callback, parcels = parcelsOf(adapter, callback);
  if (!Array.isArray(parcels)) return { callback: id, carrier, ...nothing, ...parcels };
  const named = parcels.filter((parcel) => isParcelName(parcel.carrier, parcel.trackingNumber));
  const told = await eachOf(newsOf(named, callback), ({ to, command }) => tell(ask, to, command));
  const unnamed = named.length < parcels.length ? "unreadable" as const : undefined;
  return {
    callback: id,
    carrier,
    result: told.find((one) => one !== "told") ?? unnamed ?? "told",
    parcels: parcels.length,
    unmapped: parcels.flatMap(({ unmapped = [] }) => unmapped),
    disagreements: parcels.filter(({ disagrees }) => disagrees).length,
  };
}

const nothing = { parcels: 0, unmapped: [], disagreements: 0 } as const;

function parcelsOf(
  adapter: CarrierAdapter | undefined,
  callback: Callback,
): NormalParcel[] | Pick<Handled, "result" | "why"> {
  if (!adapter) return { result: "unknown-carrier" };
  try {
    return parcelsSaid(adapter, callback);
  } catch (error) {
    if (error instanceof Unreadable) return { result: "unreadable", why: error.message };
    if (error instanceof Misconfigured) return { result: "misconfigured", why: error.message };
    return { result: "defect", why: error instanceof Error ? error.stack ?? error.message : String(error) };
  }
}

/** What a stored body says by this code. Throws `Unreadable`. */
export function parcelsSaid(
  adapter: Pick<CarrierAdapter, "callback" | "reply">,
  { body, kind, asked }: Pick<Callback, "body" | "kind" | "asked">,
): NormalParcel[] {
  if (kind !== "reply") return [...adapter.callback(body)];
  return adapter.reply(body).map((parcel) =>
    parcel.trackingNumber === "" && asked !== undefined ? { ...parcel, trackingNumber: asked } : parcel
  );
}

/** So many at a time. */
async function eachOf<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let from = 0; from < items.length; from += atOnce) {
    results.push(...await Promise.all(items.slice(from, from + atOnce).map(work)));
  }
  return results;
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
      const estimate = i === slices.length - 1 && estimatedDelivery
        ? { estimatedDelivery: short(estimatedDelivery) }
        : {};
      return { to, command: { type: "scans" as const, scans: slice, ...estimate, source } };
    });
  });
}

const short = ({ from, to }: Estimate): Estimate => ({
  from: clean(from, textLimits.time),
  to: clean(to, textLimits.time),
});

/** A bare status is a scan of the moment at which we heard of it: nobody says another one. */
function scansOf({ status, subStatus, events }: NormalParcel, heardAtMs: number): ScanInput[] {
  if (events.length > 0 || status === "unknown") return events.map(scanOf);
  const sub = subStatus === undefined ? {} : { subStatus: clean(subStatus, textLimits.subStatus) };
  return [{ status, ...sub, atMs: heardAtMs, description: "", carrierCode: "" }];
}

/** The last gate in front of the log, whatever an adapter lets through. */
function scanOf(
  { status, subStatus, at, localTime, location, description, carrierCode }: NormalEvent,
): ScanInput {
  return {
    status,
    ...(subStatus !== undefined && { subStatus: clean(subStatus, textLimits.subStatus) }),
    atMs: Date.parse(at),
    ...(localTime !== undefined && { localTime: clean(localTime, textLimits.time) }),
    ...(location !== undefined && { location: clean(location, textLimits.location) }),
    description: clean(description, textLimits.description),
    carrierCode: clean(carrierCode, textLimits.code),
  };
}

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
