import { expect, test } from "vitest";
import { fold } from "../testing/given.ts";
import { GoldenFiles } from "../testing/golden.ts";
import { stockdoc } from "./stockdoc.ts";
import { type StockDocEvent, stockDocEventVersions } from "./stockdoc_events.ts";

const golden = new GoldenFiles(new URL("./golden/", import.meta.url));

test("there is a golden file for each event of a stock document, and none has changed", () =>
  expect(golden.problems(stockDocEventVersions)).toEqual([]));

test("a stock document's events are still understood", () => {
  const types = Object.keys(stockDocEventVersions);
  const state = fold(
    stockdoc,
    stockdoc.initial("LON:ADJ-1"),
    types.map((type) => golden.read(type, 1) as StockDocEvent),
  );
  expect(state).toMatchObject({
    step: "hold",
    waiting: 0,
    priority: 1,
    status: "refused",
    fingerprint: "b1946ac9",
  });
  expect(stockdoc.answer(state)).toMatchObject({
    ok: false,
    rejection: { reason: "stock-claimed", errors: [{ pointer: "/lines/0/delta", delta: -2, available: 1 }] },
  });
});
