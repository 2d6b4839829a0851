import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type AnswerCustomer,
  type AskShop,
  type CustomerRequestKind,
  customerRequestKinds,
} from "../commands.ts";
import type { ShipmentId } from "../ids.ts";
import type { ParcelState } from "./parcel_state.ts";
import { openCases } from "./cases.ts";
import { kindsAt, requestsOf } from "./request_status.ts";
import { requestsMax } from "./requests.ts";
import { at, day, register, registered, said, scan, unknown } from "./specs.ts";
import { trackingStatuses } from "./status.ts";

const shipment = "shp_1" as ShipmentId;
const asks = (kind: CustomerRequestKind, request = `req_${kind}`): AskShop => ({
  type: "customer_ask",
  shipment,
  request,
  kind,
});
const answers = (request: string, outcome: AnswerCustomer["outcome"]): AnswerCustomer => ({
  type: "customer_answer",
  shipment,
  request,
  outcome,
});
const moving = registered.after(said(scan("in_transit/accepted", 0.5)));
const standing = (state: ParcelState) =>
  requestsOf(state, shipment).map(({ kind, status }) => `${kind} ${status}`);

describe("the receiver of a parcel", () => {
  test("may ask for another address until the carrier has it, and the record holds no word of it", () =>
    expect(
      registered.when(asks("address_change"), at(0.1))
        .thenEventTypes("parcel.customer_asked", "parcel.case_opened")
        .thenSends()
        .thenReplies({ ok: true, value: { status: "open", kind: "address_change" } })
        .events[0],
    ).toEqual({
      type: "parcel.customer_asked",
      version: 1,
      data: {
        request: "req_address_change",
        kind: "address_change",
        order: "ord_A",
        shipment,
        personal: true,
        atMs: day(0.1),
      },
    }));

  test("has a person look at it: one case for each kind, closed when the shop has answered, or when it is too late", () => {
    const asked = registered.after(asks("address_change"));
    expect(openCases(asked.state)).toMatchObject([
      { problem: "request/address_change", team: "warehouse", priority: "urgent" },
    ]);
    const answered = asked.when(answers("req_address_change", "done"));
    answered.thenEventTypes("parcel.customer_answered", "parcel.case_closed");
    const late = asked.when(said(scan("in_transit", 1)), at(1));
    late.thenEventTypes("parcel.scanned", "parcel.moved", "parcel.case_closed");
    const writing = moving.after(asks("contact", "req_1"), asks("contact", "req_2"));
    expect(openCases(writing.state)).toHaveLength(1);
    expect(openCases(writing.after(answers("req_1", "done")).state)).toHaveLength(1);
    expect(openCases(writing.after(answers("req_1", "done"), answers("req_2", "done")).state)).toEqual([]);
  });

  test("has a person look at it again when it is possible again", () => {
    const missed = moving.after(asks("pickup_point")).when(said(scan("out_for_delivery", 1)), at(1));
    expect(openCases(missed.state)).toEqual([]);
    const tried = missed.and().when(said(scan("delivery_attempted", 1.2)), at(1.2));
    expect(standing(tried.state)).toEqual(["pickup_point open"]);
    expect(openCases(tried.state)).toMatchObject([{ problem: "request/pickup_point" }]);
  });

  test("has the case under the own order, whoever else's goods are in the parcel", () =>
    expect(
      registered.after(register("2", 0, "B")).when({ ...asks("contact"), shipment: "shp_2" as ShipmentId })
        .events
        .at(-1)?.data,
    ).toMatchObject({ problem: "request/contact", order: "ord_B", shipment: "shp_2" }));

  test("is refused what cannot be done any more", () => {
    moving.when(asks("address_change")).thenRejected({ reason: "request-too-late" });
    registered.when(asks("pickup_point")).thenRejected({ reason: "request-too-late" });
    moving.after(said(scan("delivered", 1))).when(asks("pickup_point")).thenRejected({
      reason: "request-too-late",
    });
  });

  test("may write at any time", () => {
    for (const status of trackingStatuses) expect(kindsAt(status)).toContain("contact");
    moving.after(said(scan("delivered", 1))).when(asks("contact")).thenEventTypes(
      "parcel.customer_asked",
      "parcel.case_opened",
    );
  });

  test("asks once by asking twice, also when it would be too late by now", () => {
    const asked = registered.after(asks("address_change"));
    asked.when(asks("address_change")).thenNothing();
    asked.after(said(scan("in_transit", 1))).when(asks("address_change")).thenNothing()
      .thenReplies({ value: { status: "lapsed" } });
  });

  test("replaces the wish by a newer one of the kind; messages stand side by side", () => {
    const { state } = registered.after(
      asks("address_change", "req_1"),
      asks("contact", "req_2"),
      asks("address_change", "req_3"),
      asks("contact", "req_4"),
    );
    expect(standing(state)).toEqual([
      "address_change replaced",
      "contact open",
      "address_change open",
      "contact open",
    ]);
  });

  test("is not heard any more after so many requests", () => {
    let all = registered;
    for (let i = 0; i < requestsMax; i++) all = all.after(asks("contact", `req_${i}`));
    all.when(asks("contact", "req_more")).thenRejected({ reason: "too-many-customer-requests" });
    all.when(asks("contact", "req_0")).thenNothing();
  });

  test("asks for a shipment that the parcel holds, and for no other", () => {
    unknown.when(asks("contact")).thenRejected({ reason: "unknown-request" });
    registered.when({ ...asks("contact"), shipment: "shp_2" as ShipmentId }).thenRejected({
      reason: "unknown-request",
    });
    const two = registered.after(register("2"), asks("contact"));
    expect(requestsOf(two.state, "shp_2")).toEqual([]);
  });
});

describe("the shop", () => {
  const asked = registered.after(asks("address_change"));
  test("says what became of a request, and may correct itself", () => {
    const done = asked.when(answers("req_address_change", "done"));
    done.thenEventTypes("parcel.customer_answered", "parcel.case_closed").thenReplies({
      value: { status: "done" },
    });
    done.and().when(answers("req_address_change", "done")).thenNothing();
    done.and().when(answers("req_address_change", "declined")).thenReplies({ value: { status: "declined" } });
    expect(standing(done.and().after(said(scan("in_transit", 1))).state)).toEqual(["address_change done"]);
  });
  test("answers nothing that nobody asked", () =>
    asked.when(answers("req_other", "done")).thenRejected({ reason: "unknown-request" }));
});

test("whatever is asked and answered in whatever order: at most one wish of a kind is open, and asking twice changes nothing", () => {
  const request = fc.constantFrom(...customerRequestKinds).chain((kind) =>
    fc.constantFrom("1", "2", "3").map((n) => asks(kind, `req_${kind}_${n}`))
  );
  const answer = request.chain(({ request }) =>
    fc.constantFrom("done" as const, "declined" as const).map((outcome) => answers(request, outcome))
  );
  const scans = fc.constantFrom("in_transit", "out_for_delivery", "available_for_pickup", "delivered")
    .map((status) => said(scan(status, 1)));
  fc.assert(fc.property(fc.array(fc.oneof(request, answer, scans), { maxLength: 20 }), (commands) => {
    let now = registered;
    for (const command of commands) {
      const outcome = now.when(command);
      if (!outcome.decision.ok) continue;
      now = outcome.and();
      now.when(command).thenNothing();
      const open = requestsOf(now.state, shipment).filter(({ status, kind }) =>
        status === "open" && kind !== "contact"
      );
      expect(new Set(open.map(({ kind }) => kind)).size).toBe(open.length);
    }
  }));
});
