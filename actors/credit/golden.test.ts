import { expect, test } from "vitest";
import { fold } from "../testing/given.ts";
import { GoldenFiles } from "../testing/golden.ts";
import { credit } from "./credit.ts";
import { type CreditEvent, creditEventVersions } from "./credit_events.ts";

const golden = new GoldenFiles(new URL("./golden/", import.meta.url));

test("there is a golden file for each event of a credit, and none has changed", () =>
  expect(golden.problems(creditEventVersions)).toEqual([]));

test("a credit's events are still understood", () => {
  const events = Object.keys(creditEventVersions).map((type) => golden.read(type, 1) as CreditEvent);
  expect(credit.answer(fold(credit, credit.initial("crd_GOLDEN"), events))).toMatchObject({
    ok: true,
    value: { creditId: "crd_GOLDEN", reference: "C536379", number: "CN-2011-000002", total: "33.00" },
  });
});
