import type { TrackingStatus } from "../../actors/parcel/status.ts";
import type { StepName, StepState } from "./texts/texts.ts";
import type { TrackingView } from "./view.ts";

export interface Step {
  readonly name: StepName;
  readonly state: StepState;
}

type Progressing = Pick<TrackingView, "status" | "subStatus" | "events">;

/** How far the parcel is, in the few steps that everybody knows; none when nothing is known or it was called off. */
export function progressOf(view: Progressing): readonly Step[] {
  if (view.status === "unknown" || view.status === "cancelled") return [];
  const names = stepsOf(view), at = positionOf(view), last = names.length - 1;
  const stopped = view.status === "exception" || view.status === "expired";
  return names.map((name, i) => ({ name, state: stateOf(i) }));

  function stateOf(i: number): StepState {
    if (i < at || (i === at && i === last)) return "done";
    if (i > at) return "ahead";
    return stopped ? "stopped" : "current";
  }
}

function stepsOf({ status, events }: Progressing): readonly StepName[] {
  if (status === "return_to_sender") return ["announced", "moving", "returning", "returned"];
  const collected = status === "available_for_pickup" ||
    events.some((event) => event.status === "available_for_pickup");
  return ["announced", "moving", collected ? "pickup" : "out", "delivered"];
}

const positions: { readonly [S in TrackingStatus]: number } = {
  unknown: 0,
  pre_transit: 0,
  in_transit: 1,
  out_for_delivery: 2,
  delivery_attempted: 2,
  available_for_pickup: 2,
  delivered: 3,
  exception: 0,
  return_to_sender: 2,
  expired: 0,
  cancelled: 0,
};

/** What goes wrong does not move it: then its scans say how far it has come. */
function positionOf({ status, subStatus, events }: Progressing): number {
  if (status === "return_to_sender") return subStatus === "returned" ? 3 : 2;
  if (status !== "exception" && status !== "expired") return positions[status];
  return Math.min(2, Math.max(0, ...events.map((event) => positions[event.status])));
}
