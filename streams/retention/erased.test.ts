import { expect, test } from "vitest";
import { actorId } from "../../actors/ids.ts";
import { isLeftOver, leftOf } from "./erased.ts";

const kept = actorId("order", "ord_A"),
  gone = actorId("order", "ord_B"),
  parcel = actorId("parcel", "ups:1Z");
const erased = { actors: new Set<string>([kept, gone, parcel]), kept: new Set<string>([kept]) };
const ada = { name: "Ada", email: "ada@example.org", address: { line1: "1 High Street", country: "GB" } };

test("of an erased person nothing is left but name and address where a document must be kept", () => {
  expect(leftOf(erased, gone, ada)).toBeNull();
  const left = leftOf(erased, kept, ada);
  expect(left).toEqual({ name: ada.name, address: ada.address, erased: true });
  expect(leftOf(erased, kept, left)).toEqual(left);
  expect([isLeftOver(null), isLeftOver(left), isLeftOver(ada)]).toEqual([true, true, false]);
});

test("nobody else loses anything", () => {
  expect(leftOf(erased, actorId("order", "ord_C"), ada)).toBe(ada);
  const request = { request: "r", order: "ord_C", said: { text: "ring twice" } };
  expect(leftOf(erased, parcel, request)).toBe(request);
});

test("of a parcel go the requests of the person's orders, and every note", () => {
  expect(leftOf(erased, parcel, { request: "r", order: "ord_B", said: {} })).toBeNull();
  expect(leftOf(erased, parcel, "she lives above the shop")).toBeNull();
  expect(leftOf(erased, actorId("parcel", "ups:2Z"), "another note")).toBe("another note");
});
