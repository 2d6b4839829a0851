import { accept, type Answer, reject, type Rejection } from "../actor.ts";
import type { AnswerCustomer, AskShop } from "../commands.ts";
import { Draft } from "./draft.ts";
import { parcelEvent } from "./parcel_events.ts";
import type { ParcelState } from "./parcel_state.ts";
import { kindsAt, requestsFor, requestsOf } from "./request_status.ts";

/** Of one shipment, for ever: a customer who has asked so often should be called. */
export const requestsMax = 20;

export type RequestRejection = Rejection<
  "unknown-request" | "request-too-late" | "too-many-customer-requests"
>;

/** Recorded once, however often it is sent. Its words are personal: they lie in PERSONAL, under the same command. */
export function ask(state: ParcelState, { shipment, request, kind }: AskShop, nowMs: number) {
  const party = state.shipments.find((one) => one.shipment === shipment);
  if (party === undefined) {
    return refuse("unknown-request", `Cannot ask: ${state.key} does not hold the shipment any more`);
  }
  const asked = requestsFor(state, shipment);
  if (asked.some((one) => one.request === request)) return accept([], { reply: answerOf(state, request) });
  const { status } = state.standing;
  if (!kindsAt(status).includes(kind)) {
    return refuse("request-too-late", `Cannot ask for ${kind}: the parcel is ${status}`);
  }
  if (asked.length >= requestsMax) {
    return refuse("too-many-customer-requests", `Cannot ask: there are ${requestsMax} requests already`);
  }
  const draft = new Draft(state, nowMs);
  const { order } = party;
  draft.emit(
    parcelEvent("parcel.customer_asked", { request, kind, order, shipment, personal: true, atMs: nowMs }),
  );
  return { ...draft.finish(), reply: answerOf(draft.state, request) };
}

/** The shop says what became of it; saying something else later is allowed, because people err. */
export function answerCustomer(
  state: ParcelState,
  { shipment, request, outcome }: AnswerCustomer,
  nowMs: number,
) {
  const asked = requestsFor(state, shipment).find((one) => one.request === request);
  if (asked === undefined) {
    return refuse("unknown-request", `Cannot answer ${request}: nobody asked for that`);
  }
  if (asked.outcome === outcome) return accept([], { reply: answerOf(state, request) });
  const draft = new Draft(state, nowMs), { kind } = asked;
  draft.emit(
    parcelEvent("parcel.customer_answered", { request, kind, shipment, outcome, atMs: nowMs }),
  );
  return { ...draft.finish(), reply: answerOf(draft.state, request) };
}

function answerOf(state: ParcelState, request: string): Answer {
  const asked = (state.requests ?? []).find((one) => one.request === request)!;
  const view = requestsOf(state, asked.shipment).find((one) => one.request === request)!;
  return { ok: true, value: { ...view } };
}

const refuse = (reason: RequestRejection["reason"], detail: string) =>
  reject<RequestRejection>({ reason, detail });
