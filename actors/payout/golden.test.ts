import { expect, test } from "vitest";
import { fold, throughJson } from "../testing/given.ts";
import { GoldenFiles } from "../testing/golden.ts";
import { payout } from "./payout.ts";
import { type PayoutEvent, payoutEventVersions } from "./payout_events.ts";

const golden = new GoldenFiles(new URL("./golden/", import.meta.url));

test("there is a golden file for each event of a payout, and none has changed", () =>
  expect(golden.problems(payoutEventVersions)).toEqual([]));

test("a payout's events are still understood", () => {
  const types = Object.keys(payoutEventVersions) as PayoutEvent["type"][];
  const events = types.map((type) => golden.read(type, 1) as PayoutEvent);
  const state = fold(payout, payout.initial("po_0123456789ABCDEFGHJKMNPQRS"), events);
  expect(payout.answer(state)).toMatchObject({
    ok: true,
    value: {
      ...{ status: "disputed", writtenOff: [1] },
      totals: {
        writtenOff: "-0.70",
        gross: "24.30",
        refunds: "-5.00",
        fees: "-3.65",
        adjustments: "0.05",
        chargebacks: "-8.50",
      },
      matched: [3, 4],
      disputed: [2, 5],
      differences: [
        { line: 2, reason: "refunded-before" },
        { line: 5, reason: "chargeback" },
      ],
      lines: [{ invoices: ["INV-2026-000123"] }, { refundId: "rfn_1" }, {}, {}, {}],
    },
  });
  expect(payout.decode(throughJson(payout.encode(state)))).toEqual(state);
});
