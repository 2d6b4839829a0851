import { expect, test } from "vitest";
import type { ErasePerson } from "../commands.ts";
import { actorId } from "../ids.ts";
import { fold, givenKey } from "../testing/given.ts";
import { GoldenFiles } from "../testing/golden.ts";
import { person } from "./person.ts";
import { personEventVersions } from "./person_events.ts";

const erase: ErasePerson = {
  type: "erase",
  actors: [actorId("order", "ord_A"), actorId("parcel", "ups:1Z")],
  kept: [actorId("order", "ord_A")],
};

test("that a person is erased is recorded once, and for ever", () => {
  const { type: _, ...data } = erase;
  givenKey(person, "01A").when(erase).thenEvents({ type: "person.erased", version: 1, data })
    .thenAnswers({ ok: true, value: data });
  givenKey(person, "01A").after(erase).when({ ...erase, actors: [] }).thenNothing()
    .thenAnswers({ ok: true, value: data });
});

test("nobody was erased under a name that is not known", () =>
  givenKey(person, "01A").when({ type: "read" }).thenRejected({ reason: "unknown-person" }));

test("a person's events are still understood, and none has changed", () => {
  const golden = new GoldenFiles(new URL("./golden/", import.meta.url));
  expect(golden.problems(personEventVersions)).toEqual([]);
  const event = golden.read("person.erased", 1) as Parameters<typeof person.evolve>[1];
  expect(fold(person, person.initial("01A"), [event])).toMatchObject({
    erased: { kept: ["order:ord_00000000000000000000000001"] },
  });
});
