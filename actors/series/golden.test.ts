import { expect, test } from "vitest";
import { fold } from "../testing/given.ts";
import { GoldenFiles } from "../testing/golden.ts";
import { documentHash, sellerHash } from "./hash.ts";
import { series } from "./series.ts";
import {
  type SeriesContinued,
  type SeriesDocumentIssued,
  seriesEventVersions,
  type SeriesSellerDescribed,
} from "./series_events.ts";

const golden = new GoldenFiles(new URL("./golden/", import.meta.url));
const described = golden.read("series.seller_described", 1) as SeriesSellerDescribed;
const issued = golden.read("series.document_issued", 1) as SeriesDocumentIssued;

test("there is a golden file for each event of a series, and none has changed", () =>
  expect(golden.problems(seriesEventVersions)).toEqual([]));

const continued = golden.read("series.continued", 1) as SeriesContinued;

test("a series' events are still understood", () => {
  const state = fold(series, series.initial("main"), [described, issued]);
  expect(state.described?.seller.prefixes).toEqual({ invoice: "INV", creditNote: "CN" });
  expect(state.heads).toEqual({ "credit_note/2011": { sequence: 1, hash: issued.data.hash } });
  expect(state.lastDays).toEqual({ credit_note: "2011-12-01" });
  expect(fold(series, state, [continued])).toMatchObject({ suffix: "R1", heads: {} });
});

test("hashes are what they were: an auditor's copy must still fit", () => {
  expect(documentHash(issued.data)).toBe(issued.data.hash);
  expect(sellerHash(described.data.seller)).toBe(described.data.hash);
});
