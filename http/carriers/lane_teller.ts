import type { TellLane } from "../../actors/commands.ts";
import { type ActorId, actorId } from "../../actors/ids.ts";
import type { LaneFigures, LaneTold } from "../../actors/parcel/lane.ts";
import type { CarrierLane } from "../../projections/lanes/lane_figures.ts";
import type { WaitingParcel } from "../../projections/lanes/waiting.ts";
import type { Ask } from "../../streams/edge/asking.ts";
import { Fault } from "../../streams/faults.ts";
import type { Runtime } from "../../streams/runtime.ts";

export interface LaneTellerOptions {
  readonly ask: Ask;
  readonly runtime: Pick<Runtime, "nowMs" | "sleep">;
  readonly waiting: (parcelsMax: number) => Promise<readonly WaitingParcel[]>;
  readonly figuresOf: (lane: CarrierLane, nowMs: number) => Promise<LaneFigures | undefined>;
  /** The shop's own rules for a carrier's parcels, where it has any. */
  readonly rulesOf?: (carrier: string) => Pick<LaneTold, "rules" | "cases">;
  readonly interrupted?: (reason: string) => void;
}

export const tellerLimits = {
  pollMs: 1_000,
  retryMs: 2_000,
  parcelsMax: 1_000,
  /** So long the customer's data may take to the rows; then the country is unknown. */
  incompleteMsMax: 10_000,
  /** One that does not take it (it is stopped, or its rows lag) is told again after this. */
  repeatMs: 300_000,
  /** Parcels whose last telling is remembered. */
  toldMax: 10_000,
} as const;

/** Nobody has said which country. ISO 3166-1 leaves `ZZ` to its users. */
const unknownCountry = "ZZ";
/** It is enough that the log has it. */
const patienceMs = 0;

/**
 * Tells each parcel its lane soon after somebody has shipped it: what its carrier did there lately, and by which rules it is late. Telling
 * it twice changes nothing.
 */
export class LaneTeller {
  readonly #options: LaneTellerOptions;
  /** Until when it is not told again, by parcel, oldest first. */
  readonly #told = new Map<string, number>();
  #stopped = false;

  constructor(options: LaneTellerOptions) {
    this.#options = options;
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Runs until stopped; rejects over a defect. */
  async run(): Promise<void> {
    const { runtime, interrupted } = this.#options;
    while (!this.#stopped) {
      let waitMs: number = tellerLimits.pollMs;
      try {
        await this.tellAll();
      } catch (error) {
        if (!(error instanceof Fault) || !error.retry) throw error;
        interrupted?.(error.message);
        waitMs = tellerLimits.retryMs;
      }
      if (!this.#stopped) await runtime.sleep(waitMs);
    }
  }

  /** One round. */
  async tellAll(): Promise<void> {
    const { waiting, runtime } = this.#options, nowMs = runtime.nowMs();
    const figures = new Map<string, LaneFigures | undefined>();
    const due = (await waiting(tellerLimits.parcelsMax)).filter((parcel) => this.#isDue(parcel, nowMs));
    for (const parcel of due) {
      const lane = laneOf(parcel), key = JSON.stringify(lane);
      if (!figures.has(key)) figures.set(key, await this.#options.figuresOf(lane, nowMs));
    }
    await Promise.all(due.map(async (parcel) => {
      const lane = laneOf(parcel), command = this.#commandOf(lane, figures.get(JSON.stringify(lane)));
      await this.#tell(actorId("parcel", parcel.parcel), command);
      this.#remember(parcel.parcel, nowMs + tellerLimits.repeatMs);
    }));
  }

  #isDue({ parcel, incomplete, registeredAtMs }: WaitingParcel, nowMs: number): boolean {
    if (incomplete && nowMs - registeredAtMs < tellerLimits.incompleteMsMax) return false;
    return (this.#told.get(parcel) ?? 0) <= nowMs;
  }

  #commandOf(
    { carrier, service, origin, destination }: CarrierLane,
    figures: LaneFigures | undefined,
  ): TellLane {
    return {
      type: "lane",
      lane: { ...(service !== "" && { service }), from: origin, to: destination },
      ...(figures && { figures }),
      ...this.#options.rulesOf?.(carrier),
    };
  }

  async #tell(to: ActorId, command: TellLane): Promise<void> {
    const asked = await this.#options.ask({ to, command, patienceMs });
    switch (asked.kind) {
      case "answered":
      case "accepted":
      case "defect": // Recorded; it is told again later.
        return;
      case "in-doubt":
      case "overloaded":
      case "unavailable":
        throw new Fault("log.unavailable", `Cannot tell ${to} of its lane: ${asked.kind}`);
    }
  }

  #remember(parcel: string, untilMs: number): void {
    this.#told.delete(parcel); // A Map keeps insertion order: deleting first makes it the youngest.
    this.#told.set(parcel, untilMs);
    const [oldest] = this.#told.keys();
    if (this.#told.size > tellerLimits.toldMax && oldest !== undefined) this.#told.delete(oldest);
  }
}

function laneOf({ parcel, service = "", origin, destination }: WaitingParcel): CarrierLane {
  const carrier = parcel.slice(0, parcel.indexOf(":"));
  return { carrier, service, origin: origin ?? unknownCountry, destination: destination ?? unknownCountry };
}
