import { expect, test } from "vitest";
import { fold } from "../testing/given.ts";
import { GoldenFiles } from "../testing/golden.ts";
import { credit } from "./credit.ts";
import { type CreditEvent, creditEventVersions } from "./credit_events.ts";

const golden = new GoldenFiles(new URL("./golden/", import.meta.url));

test("there is a golden file for each event of a credit, and none has changed", () =>
  expect(golden.problems(creditEventVersions)).toEqual([]));

test.each(creditEventVersions["credit.issued"])(
  "a credit's events are still understood, issued as v%i",
  (v) => {
    const events = [golden.read("credit.requested", 1), golden.read("credit.issued", v)] as CreditEvent[];
    expect(credit.answer(fold(credit, credit.initial("crd_GOLDEN"), events))).toMatchObject({
      ok: true,
      value: { creditId: "crd_GOLDEN", reference: "C536379", number: "CN-2011-000002", total: "33.00" },
    });
  },
);
