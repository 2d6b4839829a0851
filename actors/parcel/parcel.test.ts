import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fold, someCause } from "../testing/given.ts";
import { checkpointOf, textCharsMax } from "./checkpoint.ts";
import { standingOf } from "./fold.ts";
import { parcel } from "./parcel.ts";
import { at, day, expects, register, registered, said, scan, tells, unknown } from "./specs.ts";
import { shipmentsMax } from "./tracking.ts";

const accepted = scan("in_transit/accepted", 0.1), moving = scan("in_transit/departed_facility", 0.5);
const delivered = scan("delivered/safe_place", 1);

describe("registering a parcel", () => {
  test("announces it: nothing is scanned yet, and its order is told so", () =>
    unknown.when(register()).thenEventTypes("parcel.registered", "parcel.moved")
      .thenSends(tells("pre_transit", 1, 0))
      .thenAnswers({ value: { carrier: "dpd", trackingNumber: "15501234567890", status: "pre_transit" } }));

  test("twice changes nothing, and tells again", () =>
    registered.when(register()).thenNothing().thenSends(tells("pre_transit", 1, 0)));

  test("after its scans came finds them: they were parked", () => {
    const parked = unknown.when(said(accepted, delivered));
    parked.thenEventTypes("parcel.scanned", "parcel.moved").thenSends()
      .thenReplies({ ok: true, value: { status: "delivered", parked: true } });
    parked.and().when(register()).thenEventTypes("parcel.registered")
      .thenSends(tells("delivered/safe_place", 1, 1));
  });

  test("by several shipments tells all of them", () => {
    const two = registered.when(register("2", 0.2)).thenEventTypes("parcel.registered")
      .thenSends(tells("pre_transit", 1, 0, "2")).and();
    two.after(register("3", 1, "B")).when(said(moving)).thenSends(
      tells("in_transit/departed_facility", 2, 0.5),
      tells("in_transit/departed_facility", 2, 0.5, "2"),
      tells("in_transit/departed_facility", 2, 0.5, "3", "B"),
    );
  });

  test("by very many tells each once, and only the first of them from then on", () => {
    let all = unknown;
    for (let i = 0; i < shipmentsMax; i++) all = all.after(register(`${i}`));
    all.when(register("late")).thenNothing().thenSends(tells("pre_transit", 1, 0, "late"));
    expect(all.when(said(moving)).messages).toHaveLength(shipmentsMax);
  });

  test("months later is another parcel: carriers use their numbers again", () => {
    const again = registered.after(said(accepted, delivered, scan("pre_transit", 99))).when(
      register("2", 100, "B"),
    );
    again.thenEventTypes("parcel.registered", "parcel.moved").thenSends(tells("pre_transit", 3, 99, "2", "B"))
      .thenAnswers({ value: { status: "pre_transit", events: [{ at: new Date(day(99)).toISOString() }] } });
    again.and().when(said(scan("in_transit", 100.2)))
      .thenSends(tells("in_transit", 4, 100.2, "2", "B"));
    again.and().when(said(accepted, delivered)).thenNothing();
  });

  test("nobody asks for a parcel that nobody has heard of", () =>
    unknown.when({ type: "read" }).thenRejected({ reason: "unknown-parcel" }));
});

describe("what a carrier says", () => {
  test("is kept, moves the parcel and is told to its order", () =>
    registered.when(said(accepted), at(0.2)).thenEvents(
      {
        type: "parcel.scanned",
        version: 1,
        data: {
          source: "dpd",
          heardAtMs: day(0.2),
          checkpoints: [checkpointOf("dpd:15501234567890", accepted)],
        },
      },
      {
        type: "parcel.moved",
        version: 1,
        data: {
          move: 2,
          from: { status: "pre_transit" },
          to: { status: "in_transit", subStatus: "accepted" },
          atMs: day(0.1),
        },
      },
    ).thenSends(tells("in_transit/accepted", 2, 0.1))
      .thenReplies({ ok: true, value: { status: "in_transit", subStatus: "accepted", parked: false } }));

  test("twice changes nothing, and is answered all the same", () => {
    const once = registered.after(said(accepted, moving));
    once.when(said(moving, accepted, moving)).thenNothing().thenSends()
      .thenReplies({ ok: true, value: { status: "in_transit" } });
    expect(once.when(said(accepted, delivered)).events[0]?.data).toMatchObject({
      checkpoints: [{ status: "delivered" }],
    });
  });

  test("late completes the history, and moves nothing", () =>
    registered.after(said(delivered)).when(said(accepted, moving)).thenEventTypes("parcel.scanned")
      .thenSends()
      .thenAnswers({ value: { status: "delivered", events: [{}, {}, {}] } }));

  test("of every station on its way is no news to the order", () =>
    registered.after(said(accepted)).when(said(moving)).thenEventTypes("parcel.scanned").thenSends());

  test("of another kind of exception is", () =>
    registered.after(said(scan("exception/held", 1))).when(said(scan("exception/lost", 2)))
      .thenSends(tells("exception/lost", 3, 2)));

  test("without codes is told apart by what it means", () => {
    const bare = { carrierCode: "" };
    registered.when(said(scan("in_transit", 1, bare), scan("delivered", 1, bare)))
      .thenAnswers({ value: { status: "delivered", events: [{}, {}] } });
  });

  test("is bounded, whatever it is", () => {
    const endless = scan("exception/" + "x".repeat(3_000), 1, {
      description: "é".repeat(5_000),
      location: "😀".repeat(3_000),
      carrierCode: "c".repeat(3_000),
      localTime: "t".repeat(3_000),
    });
    const { hash: _, status: __, atMs: ___, ...texts } = registered.when(said(endless)).state.checkpoints[0]!;
    expect(texts.description).toHaveLength(textCharsMax.description);
    expect([...texts.location!].every((char) => char === "😀")).toBe(true);
    expect(new TextEncoder().encode(Object.values(texts).join("")).length).toBeLessThanOrEqual(2_048);
  });
});

describe("an estimate", () => {
  test("alone changes no status", () =>
    registered.when(expects("2011-12-03"), at(0.1)).thenEvents({
      type: "parcel.estimate_changed",
      version: 1,
      data: { from: "2011-12-03", to: "2011-12-03", source: "dpd", heardAtMs: day(0.1) },
    }).thenSends().thenAnswers({ value: { estimatedDelivery: { from: "2011-12-03", to: "2011-12-03" } } }));
  test("said again changes nothing", () =>
    registered.after(expects("2011-12-03")).when(expects("2011-12-03")).thenNothing());
  test("of a callback that was overtaken counts no more", () =>
    registered.after(expects("2011-12-05", [moving])).when(expects("2011-12-03", [accepted]))
      .thenEventTypes("parcel.scanned"));
});

describe("however scans arrive", () => {
  const place = fc.constantFrom("London", "Paris", undefined);
  const anyScan = fc.tuple(
    fc.constantFrom(
      "unknown",
      "pre_transit",
      "in_transit/accepted",
      "in_transit",
      "out_for_delivery",
      "delivery_attempted",
      "available_for_pickup",
      "delivered",
      "exception/held",
      "exception/lost",
      "return_to_sender",
      "return_to_sender/returned",
    ),
    fc.integer({ min: 0, max: 6 }),
    place,
  ).map(([what, days, location]) => scan(what, days, location === undefined ? {} : { location }));

  test("in any sequence, with any repetition and in any callbacks, the parcel stands the same", () => {
    const story = fc.array(anyScan, { minLength: 1, maxLength: 10 }).chain((known) =>
      fc.record({
        known: fc.constant(known),
        arrived: fc.array(fc.constantFrom(...known), { maxLength: 10 }).chain((again) =>
          fc.shuffledSubarray([...known, ...again], { minLength: known.length + again.length })
        ),
        registeredAfter: fc.nat({ max: 12 }),
        size: fc.integer({ min: 1, max: 4 }),
      })
    );
    fc.assert(
      fc.property(story, ({ known, arrived, registeredAfter, size }) => {
        const whole = registered.when(said(...known)).state;
        let state = parcel.initial("dpd:15501234567890");
        const commands: Parameters<typeof parcel.decide>[1][] = [];
        for (let i = 0; i < arrived.length; i += size) commands.push(said(...arrived.slice(i, i + size)));
        commands.splice(registeredAfter, 0, register());
        for (const command of commands) {
          const decision = parcel.decide(state, command, someCause);
          if (decision.ok) state = fold(parcel, state, decision.events);
        }
        expect(state.standing).toEqual(whole.standing);
        expect(state.told.status).toBe(whole.told.status);
        expect(state.checkpoints.map(({ hash }) => hash)).toEqual(whole.checkpoints.map(({ hash }) => hash));
        const { status } = standingOf(state.checkpoints);
        expect(state.standing.status).toBe(status === "unknown" ? "pre_transit" : status);
      }),
      { numRuns: 200 },
    );
  });
});
