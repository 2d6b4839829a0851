import { describe, expect, test } from "vitest";
import { given, throughJson } from "../testing/given.ts";
import { payout } from "./payout.ts";
import type { WriteOffLine } from "./payout_commands.ts";
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

describe("a line that is written off", () => {
  const short = found(paidOrder("1", "25.00")), reason = "too little to go on asking";
  const seen = given(payout).after(recording(lines, short));
  const off = (line: number, rest: Partial<WriteOffLine> = {}): WriteOffLine => ({
    ...{ type: "write_off", line, reason, fingerprint: reason, by: "key_2" },
    ...rest,
  });

  test("is so with who, why and how much, and its payout says what was lost", () => {
    const written = seen.when(off(1)).thenEventTypes("payout.line_written_off").thenReplies({
      value: {
        ...{ payoutId: "po_1", line: 1, was: "matched_with_diff", amount: "-0.70", currency: "GBP", reason },
        writtenOffAt: "2011-12-01T08:26:00.000Z",
      },
    });
    expect(written.events[0]?.data).toMatchObject({ by: "key_2", reason, match: { order: "ord_1" } });
    written.thenAnswers({
      value: {
        ...{ status: "unmatched", matched: [3, 4], unmatched: [2], disputed: [], writtenOff: [1] },
        totals: { net: "19.00", writtenOff: "-0.70" },
        differences: [{ line: 2 }],
        lines: [
          { line: 1, state: "written_off", orderId: "ord_1", writtenOff: { amount: "-0.70", reason } },
          {
            line: 2,
          },
          {},
          {},
        ],
      },
    });
    seen.after(off(1)).when(off(2)).thenAnswers({
      value: { status: "written_off", totals: { writtenOff: "-5.70" }, differences: [] },
    });
  });

  test("is so once: asked twice is answered as the first time, and another reason is a mismatch", () => {
    const { decision } = seen.when(off(1));
    const first = decision.ok ? decision.reply : undefined;
    const after = seen.after(off(1)).after(matching(found()));
    after.when(off(1)).thenNothing().thenReplies({ ...first as object, replayed: true });
    after.when(off(1, { reason: "another", fingerprint: "g" })).thenRejected({
      reason: "idempotency-mismatch",
    });
  });

  test("stays so whatever another look finds, and takes of its order what it took before", () => {
    const now = found(paidOrder("1", "24.30"), paidOrder("2", "5.00"));
    seen.after(off(1)).after(off(2)).after(matching(now)).when({ type: "read" }).thenAnswers({
      value: {
        ...{ status: "written_off", writtenOff: [1, 2], totals: { writtenOff: "-5.70" } },
        lines: [{ reason: "amount-differs" }, { reason: "unknown-order" }, {}, {}],
      },
    });
    const twice = [line("payment", "5.00", "a", "1"), line("payment", "5.00", "b", "1")];
    const before = given(payout).after(recording(twice)); // The order is not known yet.
    before.after(off(1)).when(matching(found(paidOrder("1", "5.00")))).thenAnswers({
      value: { writtenOff: [1], matched: [2], differences: [] },
    });
    const both = given(payout).after(recording(twice, found(paidOrder("1", "9.00"))));
    both.after(off(2)).when(matching(found(paidOrder("1", "9.00")), "r2")).thenNothing();
  });

  test("does not change what was answered before", () => {
    const first = payout.answer(seen.state), looked = seen.after(matching(found(), "r1"));
    looked.after(off(2)).when(recording(lines)).thenReplies({ ...throughJson(first), replayed: true });
    looked.after(off(2)).when(matching(found(), "r1")).thenReplies({
      ...throughJson(payout.answer(looked.state)),
      replayed: true,
    });
    const again = seen.after(off(2)).after(matching(found(), "r1"));
    again.after(off(1)).when(matching(found(), "r1")).thenReplies({
      value: { writtenOff: [2] },
      replayed: true,
    });
  });

  test("must be there, and differ", () => {
    seen.when(off(5)).thenRejected({ reason: "unknown-payout-line" });
    seen.when(off(3)).thenRejected({ reason: "payout-line-matched" });
    given(payout).when(off(1)).thenRejected({ reason: "unknown-payout" });
  });

  test("survives being stored", () => {
    const { state } = seen.after(off(1)).after(matching(found(), "r1"));
    expect(payout.decode(throughJson(payout.encode(state)))).toEqual(state);
    expect(payout.sizeOf(state)).toBeGreaterThan(payout.sizeOf(seen.state));
  });
});

test("a payout survives being stored", () => {
  const { state } = recorded.after(matching(found(paidOrder("1", "24.30"))));
  expect(payout.decode(throughJson(payout.encode(state)))).toEqual(state);
  expect(payout.sizeOf(state)).toBeGreaterThan(0);
});
