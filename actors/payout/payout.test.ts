import { describe, expect, test } from "vitest";
import { given, throughJson } from "../testing/given.ts";
import { payout } from "./payout.ts";
import { runsKeptMax } from "./payout_state.ts";
import { found, line, matching, paidOrder, recording } from "./specs.ts";

const lines = [
  line("payment", "24.30", "pay-1", "1"),
  line("refund", "-5.00", "R-1", "2"),
  line("fee", "-1.20", "fee-1"),
  line("adjustment", "0.90", "adj-1"),
];
const later = { id: "cmd_2", atMs: Date.UTC(2026, 10, 23) };
const recorded = given(payout).after(recording(lines));

describe("a payout", () => {
  test("is recorded and matched at once", () => {
    given(payout).when(recording(lines, found(paidOrder("1", "24.30"))))
      .thenEventTypes("payout.recorded", "payout.matched")
      .thenReplies("view")
      .thenAnswers({
        ok: true,
        value: {
          ...{ payoutId: "po_1", source: "web", reference: "P-1", currency: "GBP", status: "unmatched" },
          recordedAt: "2011-12-01T08:26:00.000Z",
          totals: {
            ...{ gross: "24.30", refunds: "-5.00", fees: "-1.20", adjustments: "0.90" },
            ...{ chargebacks: "0.00", net: "19.00" },
          },
          ...{ matched: [1, 3, 4], unmatched: [2], disputed: [] },
          differences: [{ line: 2, state: "unmatched", reason: "unknown-order", difference: "-5.00" }],
          lines: [
            { line: 1, type: "payment", reference: "pay-1", state: "matched", orderId: "ord_1" },
            { line: 2, state: "unmatched" },
            { line: 3, state: "matched" },
            { line: 4 },
          ],
        },
      });
  });

  test("keeps its statement apart from what it was compared with", () => {
    const { events } = given(payout).when(recording(lines, found(paidOrder("1", "24.30"))));
    expect(events[0]?.data).toEqual({
      ...{ payout: "po_1", source: "web", reference: "P-1", currency: "GBP", fingerprint: "f", by: "key" },
      ...{ lines, atMs: Date.UTC(2011, 11, 1, 8, 26) },
    });
  });

  test("told twice is told once, and answered as the first time", () => {
    const first = payout.answer(recorded.state);
    recorded.after(matching(found(paidOrder("1", "24.30")))).when(recording(lines)).thenNothing()
      .thenReplies({ ...throughJson(first), replayed: true });
  });

  test("under a used key is refused when it is another", () =>
    recorded.when(recording(lines, found(), "g")).thenRejected({ reason: "idempotency-mismatch" }));

  test("with a line that an earlier payout has is refused, and leaves nothing", () => {
    const known = [{ type: "fee", reference: "fee-1", payout: "po_0" }] as const;
    given(payout).when(recording(lines, { orders: [], known })).thenRejected({
      reason: "statement-line-known",
      errors: [{
        pointer: "/lines/2/reference",
        detail: "fee fee-1 was in the statement of payout po_0",
        payoutId: "po_0",
      }],
    });
  });

  test("that is known already is answered, whatever else has its lines meanwhile", () => {
    const known = [{ type: "fee", reference: "fee-1", payout: "po_2" }] as const;
    recorded.when(recording(lines, { orders: [], known })).thenNothing().thenReplies({ replayed: true });
  });

  test("that nobody told of is unknown", () => {
    given(payout).when({ type: "read" }).thenRejected({ reason: "unknown-payout" });
    given(payout).when(matching(found())).thenRejected({ reason: "unknown-payout" });
  });
});

describe("another look", () => {
  const now = found(paidOrder("1", "24.30"));

  test("finds what is there now", () =>
    recorded.when(matching(now), later).thenEventTypes("payout.matched").thenAnswers({
      value: { matched: [1, 3, 4], matchedAt: "2026-11-23T00:00:00.000Z", status: "unmatched" },
    }));
  test("that finds the same changes nothing", () => {
    recorded.when(matching(found())).thenNothing().thenReplies("view");
    recorded.after(matching(now)).when(matching(now, "r2")).thenNothing();
  });
  test("asked for twice by one request is answered with what it found", () =>
    recorded.after(matching(now)).after(matching(found(), "r2")).when(matching(found(), "r1")).thenNothing()
      .thenReplies({ ok: true, value: { matched: [1, 3, 4] }, replayed: true }));
  test("shows what a race let in: a line that an earlier payout has", () =>
    recorded.when(
      matching({ orders: [], known: [{ type: "fee", reference: "fee-1", payout: "po_0" }] }),
    ).thenAnswers({ value: { disputed: [3], status: "disputed" } }));
  test("may come as often as anyone likes: the first and the newest are kept", () => {
    let state = recorded;
    for (let i = 0; i < 2 * runsKeptMax; i++) {
      state = state.after(matching(i % 2 === 0 ? now : found(), `r${i}`));
    }
    expect(state.state).toMatchObject({ runs: { length: runsKeptMax + 1, 0: { atMs: expect.any(Number) } } });
    state.when(recording(lines)).thenReplies({ value: { unmatched: [1, 2] }, replayed: true });
  });
});

test("a payout survives being stored", () => {
  const { state } = recorded.after(matching(found(paidOrder("1", "24.30"))));
  expect(payout.decode(throughJson(payout.encode(state)))).toEqual(state);
  expect(payout.sizeOf(state)).toBeGreaterThan(0);
});
