import { describe, expect, test } from "vitest";
import type { LaneFigures } from "../../actors/parcel/lane.ts";
import type { CarrierLane } from "../../projections/lanes/lane_figures.ts";
import type { WaitingParcel } from "../../projections/lanes/waiting.ts";
import type { Asked, Question } from "../../streams/edge/asking.ts";
import { LaneTeller, tellerLimits } from "./lane_teller.ts";

const startMs = Date.UTC(2026, 0, 1), figures: LaneFigures = { p50Ms: 1, p95Ms: 2, parcels: 20 };
const parcel = (number: string, rest: Partial<WaitingParcel> = {}): WaitingParcel => ({
  parcel: `ups:${number}`,
  registeredAtMs: startMs,
  incomplete: false,
  ...rest,
});

function opened(waiting: readonly WaitingParcel[], answers: Asked["kind"] = "accepted") {
  const asked: Question[] = [], read: CarrierLane[] = [], clock = { ms: startMs };
  const interrupted: string[] = [], answer = { kind: answers, retryAfterS: 1 } as Asked;
  const teller: LaneTeller = new LaneTeller({
    ask: (question) => {
      asked.push(question);
      return Promise.resolve(answer);
    },
    runtime: {
      nowMs: () => clock.ms,
      sleep: () => {
        teller.stop();
        return Promise.resolve();
      },
    },
    waiting: () => Promise.resolve(waiting),
    figuresOf: (lane) => {
      read.push(lane);
      return Promise.resolve(lane.destination === "FR" ? figures : undefined);
    },
    rulesOf: (carrier) => carrier === "ups" ? { rules: { noMovementMs: 3 } } : {},
    interrupted: (reason) => void interrupted.push(reason),
  });
  return { teller, asked, read, clock, interrupted };
}

describe("parcels are told of their lanes", () => {
  test("with what their carrier did there lately, and the shop's rules for that carrier", async () => {
    const { teller, asked, read } = opened([
      parcel("1", { service: "next_day", origin: "GB", destination: "FR" }),
      parcel("2", { service: "next_day", origin: "GB", destination: "FR" }),
      parcel("3"),
      { ...parcel("4"), parcel: "gls:4" },
    ]);
    await teller.tellAll();
    const lane = { service: "next_day", from: "GB", to: "FR" }, rules = { noMovementMs: 3 };
    expect(asked.map(({ to, command }) => ({ to, command }))).toEqual([
      { to: "parcel:ups:1", command: { type: "lane", lane, figures, rules } },
      { to: "parcel:ups:2", command: { type: "lane", lane, figures, rules } },
      { to: "parcel:ups:3", command: { type: "lane", lane: { from: "ZZ", to: "ZZ" }, rules } },
      { to: "parcel:gls:4", command: { type: "lane", lane: { from: "ZZ", to: "ZZ" } } },
    ]);
    expect(read).toHaveLength(3);
  });

  test("once the customer's country is there, or it has been waited for", async () => {
    const { teller, asked, clock } = opened([parcel("1", { incomplete: true })]);
    await teller.tellAll();
    expect(asked).toEqual([]);
    clock.ms += tellerLimits.incompleteMsMax;
    await teller.tellAll();
    expect(asked).toHaveLength(1);
  });

  test("not again and again while the rows lag, but again later", async () => {
    const { teller, asked, clock } = opened([parcel("1")]);
    await teller.tellAll();
    await teller.tellAll();
    expect(asked).toHaveLength(1);
    clock.ms += tellerLimits.repeatMs;
    await teller.tellAll();
    expect(asked).toHaveLength(2);
  });

  test("later when the log takes nothing", async () => {
    const { teller, asked, interrupted } = opened([parcel("1")], "overloaded");
    await teller.run();
    expect(interrupted).toEqual(["Cannot tell parcel:ups:1 of its lane: overloaded"]);
    await expect(teller.tellAll()).rejects.toMatchObject({ code: "log.unavailable" });
    expect(asked).toHaveLength(2);
  });
});
