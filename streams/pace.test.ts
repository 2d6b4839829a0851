import { expect, test } from "vitest";
import fc from "fast-check";
import { restMs } from "./pace.ts";

test("work takes no more than its share, unless the rest would get too long", () => {
  fc.assert(fc.property(
    fc.double({ min: 0, max: 10_000, noNaN: true }),
    fc.double({ min: 0.01, max: 1, noNaN: true }),
    (workMs, shareMax) => {
      const rest = restMs(workMs, { shareMax, restMsMax: 1_000 });
      expect(rest).toBeLessThanOrEqual(1_000);
      if (rest < 1_000) expect(workMs).toBeLessThanOrEqual((workMs + rest) * shareMax * (1 + 1e-9));
    },
  ));
});
