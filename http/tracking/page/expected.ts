import type { TrackingStatus } from "../../../actors/parcel/status.ts";
import { type Markup, markup } from "../markup.ts";
import { isPast } from "../times.ts";
import type { TrackingView } from "../view.ts";
import { destinationZone, type Scene } from "./scene.ts";

const over: ReadonlySet<TrackingStatus> = new Set([
  "delivered",
  "available_for_pickup",
  "return_to_sender",
  "expired",
  "cancelled",
]);

/** Exceptions after which no one expects it any more. */
const hopeless: ReadonlySet<string> = new Set(["lost", "disposed", "undeliverable", "seized"]);

/** False once it is there, or will not come. */
export function isExpected({ status, subStatus = "" }: Pick<TrackingView, "status" | "subStatus">): boolean {
  return !over.has(status) && !(status === "exception" && hopeless.has(subStatus));
}

/** True when it should be there by its estimate, and is not: then that is no estimate any more. */
export function isOverdue(scene: Pick<Scene, "view" | "places" | "nowMs">): boolean {
  const { view, nowMs } = scene, { estimatedDelivery } = view;
  return estimatedDelivery !== undefined && isExpected(view) &&
    isPast(estimatedDelivery, destinationZone(scene), nowMs);
}

/** When it comes, as far as anybody knows. */
export function expected(scene: Scene): Markup | undefined {
  const { view, texts: { page }, clock, language } = scene;
  if (view.estimatedDelivery === undefined || !isExpected(view)) return undefined;
  const window = clock.window(view.estimatedDelivery, destinationZone(scene));
  if (window === undefined) return undefined;
  if (isOverdue(scene)) {
    return markup`<p class="expected"><span>${page.expected}</span> <strong>${page.awaited}</strong></p>`;
  }
  const calendar = `/t/${view.token}/delivery.ics?lang=${language}`;
  return markup`<p class="expected"><span>${page.expected}</span> <strong>${window}</strong>
    <a href="${calendar}">${page.calendar}</a></p>`;
}
