import { actorId } from "../ids.ts";
import type { Draft } from "./draft.ts";
import { returnEvent } from "./return_events.ts";
import type { FollowParcel, ReturnParcelMoved } from "./return_messages.ts";

/** A parcel may have been handed in so long before its return was announced; what was said earlier is of another one with its number. */
const announcedLateMsMax = 14 * 86_400_000;

/** Asks the parcel in which the goods travel to say whenever its status changes. */
export function follow({ state: { key, parcel }, messages }: Draft): void {
  if (parcel === undefined) return;
  const message: FollowParcel = { type: "follow", return: key };
  messages.push({ to: actorId("parcel", `${parcel.carrier}:${parcel.trackingNumber}`), message });
}

/** An older word than the last one is none. */
export function hearParcel(draft: Draft, { type: _, ...moved }: ReturnParcelMoved): void {
  const { ended, parcel, authorisedAtMs } = draft.state;
  const isNews = moved.version > (parcel?.moved?.version ?? 0);
  if (ended !== undefined || !isNews || moved.atMs < authorisedAtMs - announcedLateMsMax) return;
  draft.emit(returnEvent("order_return.parcel_moved", moved));
}
