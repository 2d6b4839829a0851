import type { CorrectScans, ScanInput } from "../../actors/commands.ts";
import type { ActorId } from "../../actors/ids.ts";
import { checkpointOf } from "../../actors/parcel/checkpoint.ts";
import { parcel } from "../../actors/parcel/parcel.ts";
import type { ParcelEvent } from "../../actors/parcel/parcel_events.ts";
import type { ParcelState } from "../../actors/parcel/parcel_state.ts";
import type { Standing } from "../../actors/parcel/status.ts";
import type { Callback } from "../../streams/callbacks/callback_pack.ts";
import { type CarrierAdapter, type NormalParcel, Unreadable } from "./adapter.ts";
import { newsOf, parcelsSaid } from "./callback_handler.ts";
import { isParcelName } from "./parcel_key.ts";

/** Scans of one replay that are held in memory. */
export const replayScansMax = 1_000_000;
/** Requests of one parcel whose traces are remembered. */
const tracedMax = 128;

/** What stored bodies say of parcels by the tables of today. */
export class Replay {
  /** Bodies that were read, that nobody can read, and over which the adapter fails. */
  bodies = 0;
  unreadable = 0;
  defects = 0;
  readonly #adapter: CarrierAdapter;
  readonly #parcels = new Map<ActorId, Map<string, ScanInput>>();
  readonly #requests = new Map<ActorId, Set<string>>();
  #scans = 0;

  constructor(adapter: CarrierAdapter) {
    this.#adapter = adapter;
  }

  get parcels(): ReadonlyMap<ActorId, ReadonlyMap<string, ScanInput>> {
    return this.#parcels;
  }

  /** W3C trace contexts of the requests that brought what is said of a parcel, as far as somebody traced them. */
  requestsOf(parcel: ActorId): readonly string[] {
    return [...this.#requests.get(parcel) ?? []];
  }

  /** False when there is no room for more. Each scan once; of several bodies the last has the last word. */
  add(callback: Callback): boolean {
    this.bodies += 1;
    const said = saidBy(this.#adapter, callback);
    if (said === "unreadable") this.unreadable += 1;
    if (said === "defect") this.defects += 1;
    const named = (typeof said === "string" ? [] : said).filter((one) =>
      isParcelName(one.carrier, one.trackingNumber)
    );
    for (const { to, command } of newsOf(named, callback)) {
      const scans = this.#parcels.get(to) ?? new Map<string, ScanInput>();
      this.#parcels.set(to, scans);
      this.#scans -= scans.size;
      for (const scan of command.scans) scans.set(nameOf(scan), scan);
      this.#scans += scans.size;
      if (callback.traceparent !== undefined) this.#remember(to, callback.traceparent);
    }
    return this.#scans <= replayScansMax;
  }

  #remember(parcel: ActorId, request: string): void {
    const requests = this.#requests.get(parcel) ?? new Set();
    if (requests.size < tracedMax) this.#requests.set(parcel, requests.add(request));
  }
}

/** What a stored body says. One over which the adapter fails holds up no other: where callbacks are worked out, it was reported. */
export function saidBy(
  adapter: CarrierAdapter,
  callback: Callback,
): readonly NormalParcel[] | "unreadable" | "defect" {
  try {
    return parcelsSaid(adapter, callback);
  } catch (error) {
    return error instanceof Unreadable ? "unreadable" : "defect";
  }
}

/** The same scan in several bodies, whatever it is taken to mean; the carrier's words tell scans without codes apart. */
const nameOf = ({ carrierCode, atMs, location, description }: ScanInput) =>
  JSON.stringify([carrierCode || description, atMs, location ?? ""]);

/** What a parcel would learn. */
export interface Difference {
  readonly before: Standing;
  readonly after: Standing;
  readonly corrected: readonly { readonly scan: ScanInput; readonly was: Standing }[];
  readonly added: readonly ScanInput[];
  /** What tells it. */
  readonly scans: readonly ScanInput[];
}

/** Found by asking the parcel's own rules, so that nothing else happens when it is told. Undefined: it would learn nothing. */
export function differenceOf(
  state: ParcelState,
  said: Iterable<ScanInput>,
  { source, nowMs }: { readonly source: string; readonly nowMs: number },
): Difference | undefined {
  const all = [...said], command: CorrectScans = { type: "correct", scans: all, source };
  const decision = parcel.decide(state, command, { id: source, atMs: nowMs });
  if (!decision.ok) return undefined;
  const after = decision.events.reduce(parcel.evolve, state);
  const inputs = new Map(all.map((scan) => [checkpointOf(state.key, scan).hash, scan]));
  const corrected = decision.events.flatMap((event) => correctionsIn(event, state, inputs));
  const added = decision.events.flatMap((event) => addedIn(event, inputs));
  if (corrected.length + added.length === 0) return undefined;
  const scans = [...corrected.map(({ scan }) => scan), ...added];
  return { before: standingOf(state), after: standingOf(after), corrected, added, scans };
}

type Inputs = ReadonlyMap<string, ScanInput>;

function correctionsIn(
  event: ParcelEvent,
  { checkpoints }: ParcelState,
  inputs: Inputs,
): Difference["corrected"] {
  if (event.type !== "parcel.scans_corrected") return [];
  return event.data.corrections.map(({ was, checkpoint }) => {
    const { status, subStatus } = checkpoints.find(({ hash }) => hash === was)!;
    return {
      scan: inputs.get(checkpoint.hash)!,
      was: subStatus === undefined ? { status } : { status, subStatus },
    };
  });
}

const addedIn = (event: ParcelEvent, inputs: Inputs): readonly ScanInput[] =>
  event.type === "parcel.scanned" ? event.data.checkpoints.map(({ hash }) => inputs.get(hash)!) : [];

function standingOf({ standing: { status, subStatus } }: ParcelState): Standing {
  return subStatus === undefined ? { status } : { status, subStatus };
}
