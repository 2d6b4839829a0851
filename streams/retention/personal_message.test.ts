import { expect, test } from "vitest";
import { type ActorId, actorId } from "../../actors/ids.ts";
import { emptyRecord } from "../testing/personal_kit.ts";
import { itemOf, wantedOf } from "./personal_message.ts";

const said = (type: string, actor: ActorId, personal: boolean) => {
  const input = { id: "c-1", at: [7, 0] as const, atMs: 1, to: actor };
  const entry = { actor, version: 1, cause: 0, type, v: 1, data: { personal } };
  return { ...emptyRecord, inputs: [input], entries: [entry] };
};

test.each([
  ["order.placed", actorId("order", "a")],
  ["credit.requested", actorId("credit", "a")],
  ["parcel.case_noted", actorId("parcel", "ups:1Z")],
  ["parcel.customer_asked", actorId("parcel", "ups:1Z")],
])("what came with an accepted command is kept: %s", (type, actor) => {
  const [wanted, ...others] = wantedOf(said(type, actor, true));
  expect([wanted, others]).toEqual([{ actor, id: "c-1", at: [7, 0] }, []]);
  const command = { id: "c-1", to: actor, atMs: 1, edge: "e", command: { type: "x" }, personal: "Ada" };
  expect(itemOf(wanted!, { format: 1, commands: [command] })).toMatchObject({ actor, personal: "Ada" });
  expect(itemOf(wanted!, undefined)).toMatchObject({ missing: true });
});

test("events that accept nothing personal have nothing to keep", () => {
  expect(wantedOf(said("order.placed", actorId("order", "a"), false))).toEqual([]);
  expect(wantedOf(said("order.confirmed", actorId("order", "a"), true))).toEqual([]);
});
