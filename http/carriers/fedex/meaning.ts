import type { Standing, TrackingStatus } from "../../../actors/parcel/status.ts";
import { eventTypes, reasons } from "./codes.ts";

/** How a scan, or the latest status, names what has happened. */
export interface FedexCodes {
  readonly type: string | undefined;
  readonly reason: string | undefined;
  /** The type again, in coarser words. */
  readonly derived: string | undefined;
}

export function meaningOf({ type, reason, derived }: FedexCodes): Standing | undefined {
  const said = eventTypes.meaningOf(type), why = reasons.meaningOf(reason);
  if (said === undefined) return why ?? eventTypes.meaningOf(derived);
  return why === undefined ? said : refined(said, why);
}

const refinable: ReadonlySet<TrackingStatus> = new Set(["in_transit", "delivery_attempted", "exception"]);

/** A reason says more of the status; it does not move it, unless it says that there will be no other attempt. */
function refined(said: Standing, why: Standing): Standing {
  if (!refinable.has(said.status)) return said;
  if (why.subStatus === "undeliverable" && said.status !== "in_transit") return why;
  const open = said.subStatus === undefined || said.status === "exception";
  return open && why.subStatus !== undefined ? { status: said.status, subStatus: why.subStatus } : said;
}
