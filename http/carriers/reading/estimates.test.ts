import { expect, test } from "vitest";
import { estimateOf } from "./estimates.ts";

test.each<[Parameters<typeof estimateOf>, { from: string; to: string } | undefined]>([
  [["2018-08-03"], { from: "2018-08-03", to: "2018-08-03" }],
  [["2018-08-03", "2018-08-05"], { from: "2018-08-03", to: "2018-08-05" }],
  [["2018-08-03T00:00:00Z"], { from: "2018-08-03", to: "2018-08-03" }],
  [["2018-08-03T17:00:00+02:00"], { from: "2018-08-03T15:00:00Z", to: "2018-08-03T15:00:00Z" }],
  [["2018-08-03T00:00:00Z", "2018-08-03T22:00:00Z"], {
    from: "2018-08-03T00:00:00Z",
    to: "2018-08-03T22:00:00Z",
  }],
  [["2018-08-03T12:00:00Z", "2018-08-03T09:00:00Z"], {
    from: "2018-08-03T09:00:00Z",
    to: "2018-08-03T12:00:00Z",
  }],
  [[undefined, "2018-08-03"], { from: "2018-08-03", to: "2018-08-03" }],
  [["by the end of the day"], undefined],
  [[undefined], undefined],
])("%j is %j", (said, estimate) => expect(estimateOf(...said)).toEqual(estimate));
