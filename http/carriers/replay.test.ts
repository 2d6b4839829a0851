import { describe, expect, test } from "vitest";
import { initialParcel, type ParcelState } from "../../actors/parcel/parcel_state.ts";
import { parcel } from "../../actors/parcel/parcel.ts";
import type { Callback } from "../../streams/callbacks/callback_pack.ts";
import type { CarrierAdapter } from "./adapter.ts";
import { newsOf, parcelsSaid } from "./callback_handler.ts";
import { configuredCarriers, loadCarriers } from "./load.ts";
import { differenceOf, Replay } from "./replay.ts";
import { UnmappedCodes } from "./unmapped.ts";

const carriers = await loadCarriers(), before = carriers.get("generic")!;
const { adapters } = configuredCarriers(carriers, {
  WAYBILL_CARRIER_GENERIC_CODES: '{"HOLD":"exception/held"}',
});
const after = adapters.get("generic")!;
const nowMs = Date.UTC(2026, 10, 22), key = "generic:T1";

const said = (code: string, hour: number, n = "T1", more: Partial<Callback> = {}): Callback => ({
  ...{ id: `cb-${code}-${hour}`, carrier: "generic", atMs: nowMs + hour * 3_600_000 },
  body: new TextEncoder().encode(JSON.stringify({
    ...{ trackingNumber: n, code, description: "stays here", occurredAt: new Date(nowMs + hour * 3_600_000) },
  })),
  ...more,
});
/** A parcel that heard these as they were understood then. */
function heard(adapter: CarrierAdapter, ...callbacks: readonly Callback[]): ParcelState {
  let state = initialParcel(key);
  for (const callback of callbacks) {
    for (const { command } of newsOf(parcelsSaid(adapter, callback), callback)) {
      const decision = parcel.decide(state, command, { id: "c", atMs: nowMs });
      if (decision.ok) state = decision.events.reduce(parcel.evolve, state);
    }
  }
  return state;
}
function replayed(adapter: CarrierAdapter, ...callbacks: readonly Callback[]): Replay {
  const replay = new Replay(adapter);
  for (const callback of callbacks) replay.add(callback);
  return replay;
}
const differing = (state: ParcelState, replay: Replay) =>
  differenceOf(state, replay.parcels.get("parcel:generic:T1" as never)!.values(), {
    source: "replay",
    nowMs,
  });

describe("a replay", () => {
  test("shows what a mended table changes: each scan, and the status that follows", () => {
    const callbacks = [said("HOLD", 1), said("HOLD", 1), said("ELSE", 2)];
    expect(differing(heard(before, ...callbacks), replayed(after, ...callbacks))).toMatchObject({
      before: { status: "unknown" },
      after: { status: "exception", subStatus: "held" },
      corrected: [{ was: { status: "unknown" }, scan: { carrierCode: "HOLD", status: "exception" } }],
      added: [],
    });
  });

  test("finds nothing where nothing was mended, and what had been lost where something was", () => {
    const one = said("HOLD", 1), two = said("HOLD", 2);
    expect(differing(heard(after, one, two), replayed(after, one, two))).toBeUndefined();
    expect(differing(heard(after, one), replayed(after, one, two))).toMatchObject({
      corrected: [],
      added: [{}],
    });
  });

  test("counts what nobody can read, and goes on over a defect", () => {
    const broken: CarrierAdapter = {
      ...after,
      callback: (body) => {
        if (body.length === 3) throw new TypeError("a defect");
        return after.callback(body);
      },
    };
    const replay = replayed(broken, said("HOLD", 1, "T1", { body: new Uint8Array(2) }), {
      ...said("HOLD", 1),
      body: new Uint8Array(3),
    }, said("HOLD", 3));
    expect(replay).toMatchObject({ bodies: 3, unreadable: 1, defects: 1 });
    expect(replay.parcels.size).toBe(1);
  });

  test("remembers of each parcel whose requests were traced, each once and no more than a span has links", () => {
    const traced = (n: number) => said("HOLD", n, "T1", { traceparent: `request ${n}` });
    const replay = replayed(after, said("HOLD", 1, "T2"), traced(1), traced(1), traced(2));
    expect(replay.requestsOf("parcel:generic:T1" as never)).toEqual(["request 1", "request 2"]);
    expect(replay.requestsOf("parcel:generic:T2" as never)).toEqual([]);
    const many = replayed(after, ...Array.from({ length: 200 }, (_, n) => traced(n)));
    expect(many.requestsOf("parcel:generic:T1" as never)).toHaveLength(128);
  });
});

test("codes without a meaning are listed, the most frequent first, until a table has them", () => {
  const bodies = [said("HOLD", 3), said("HOLD", 1, "T2"), said("ELSE", 2)];
  const list = (adapter: CarrierAdapter) => {
    const codes = new UnmappedCodes(new Map([["generic", adapter]]));
    for (const body of [...bodies, said("X", 1, "T1", { carrier: "gone" })]) codes.add(body);
    return codes.list();
  };
  expect(list(before)).toEqual([
    {
      ...{ carrier: "generic", code: "HOLD", count: 2, trackingNumber: "T1", description: "stays here" },
      ...{ firstMs: nowMs + 3_600_000, lastMs: nowMs + 3 * 3_600_000 },
    },
    expect.objectContaining({ code: "ELSE", count: 1 }),
  ]);
  expect(list(after).map(({ code }) => code)).toEqual(["ELSE"]);
});

test("a reply that does not repeat the number is of the parcel that was asked after", () => {
  const adapter = {
    callback: () => [],
    reply: () => [{ ...parcelsSaid(after, said("HOLD", 1))[0]!, trackingNumber: "" }],
  };
  const reply = said("HOLD", 1, "", { kind: "reply", asked: "T9" });
  expect(parcelsSaid(adapter, reply)).toMatchObject([{ trackingNumber: "T9" }]);
});
