import { normalNumber } from "../../http/carriers/parcel_key.ts";
import { Chance } from "../simulation/kernel/chance.ts";
import { type Journey, journeyNames, journeys, type Station } from "./journeys.ts";

export interface SimulatedScan {
  readonly station: Station;
  readonly atMs: number;
  readonly city: string;
  readonly country: string;
}
/** A parcel that has come `done` stations far on its way. */
export interface SimulatedParcel {
  readonly carrier: string;
  readonly trackingNumber: string;
  readonly journey: Journey;
  /** All of its way, also what lies ahead. */
  readonly way: readonly SimulatedScan[];
  readonly done: number;
}

export interface NewParcel {
  readonly carrier: string;
  readonly trackingNumber?: string | undefined;
  readonly journey?: Journey | undefined;
  /** How far it has come already. */
  readonly done?: number | undefined;
}

const parcelsMax = 100_000;
/** All of a way lies in the past: nobody believes scans of tomorrow. */
const wayMsMax = 4 * 86_400_000;
const hop = { minMs: 3_600_000, maxMs: 9 * 3_600_000 } as const;
const places = [
  ["Hamburg", "DE"],
  ["Berlin", "DE"],
  ["Leipzig", "DE"],
  ["London", "GB"],
  ["Manchester", "GB"],
  ["Lyon", "FR"],
  ["Paris", "FR"],
  ["Rotterdam", "NL"],
] as const;

/** The parcels of all simulated carriers. The same seed, the same start and the same calls make the same parcels, to the second. */
export class SimulatedWorld {
  readonly #parcels = new Map<string, SimulatedParcel>();
  readonly #seed: number;
  readonly #startMs: number;
  readonly #newNumber: (carrier: string, chance: Chance) => string;

  constructor({ seed, startMs, newNumber }: {
    readonly seed: number;
    /** When the world began: every scan is older. */
    readonly startMs: number;
    readonly newNumber: (carrier: string, chance: Chance) => string;
  }) {
    this.#seed = seed;
    this.#startMs = startMs;
    this.#newNumber = newNumber;
  }

  get size(): number {
    return this.#parcels.size;
  }

  all(): SimulatedParcel[] {
    return [...this.#parcels.values()];
  }

  find(carrier: string, trackingNumber: string): SimulatedParcel | undefined {
    return this.#parcels.get(`${carrier}:${normalNumber(trackingNumber)}`);
  }

  /** Undefined when there is one of that number, or no room for more. */
  create({ carrier, trackingNumber, journey, done = 0 }: NewParcel): SimulatedParcel | undefined {
    if (this.#parcels.size >= parcelsMax) return undefined;
    const chance = new Chance(this.#seed, `parcel/${carrier}/${trackingNumber ?? this.#parcels.size}`);
    const number = normalNumber(trackingNumber ?? this.#newNumber(carrier, chance));
    const key = `${carrier}:${number}`;
    if (this.#parcels.has(key)) return undefined;
    const chosen = journey ?? chance.oneOf(journeyNames), way = this.#way(chosen, chance);
    const parcel = {
      carrier,
      trackingNumber: number,
      journey: chosen,
      way,
      done: Math.min(done, way.length),
    };
    this.#parcels.set(key, parcel);
    return parcel;
  }

  /** So many stations further: the parcel as it is then, and the scans that this made. */
  advance(parcel: SimulatedParcel, steps: number): readonly [SimulatedParcel, readonly SimulatedScan[]] {
    const { carrier, trackingNumber, way, done } = parcel;
    const moved = { ...parcel, done: Math.min(done + steps, way.length) };
    this.#parcels.set(`${carrier}:${trackingNumber}`, moved);
    return [moved, way.slice(done, moved.done)];
  }

  #way(journey: Journey, chance: Chance): SimulatedScan[] {
    let atMs = this.#startMs - wayMsMax, place = chance.oneOf(places);
    return journeys[journey].map((station) => {
      atMs += Math.floor(chance.between(hop.minMs, hop.maxMs) / 1000) * 1000;
      if (station === "arrived") place = chance.oneOf(places);
      return { station, atMs, city: place[0], country: place[1] };
    });
  }
}

/** What happened to it so far, oldest first. */
export const scansOf = ({ way, done }: SimulatedParcel): readonly SimulatedScan[] => way.slice(0, done);
