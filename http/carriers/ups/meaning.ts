import type { Standing, TrackingStatus } from "../../../actors/parcel/status.ts";
import { at, type Raw, text } from "../reading/json.ts";
import { activityCodes, activityTypes, doubtfulCodes } from "./codes.ts";
import { statusCodes } from "./status_codes.ts";

/** What a status code may make of a type: it can say which exception, not that an exception is none. */
const within: { readonly [type: string]: readonly TrackingStatus[] } = {
  M: ["pre_transit"],
  I: ["in_transit", "out_for_delivery", "available_for_pickup", "return_to_sender"],
  X: ["exception", "delivery_attempted", "return_to_sender"],
  D: ["delivered", "out_for_delivery", "available_for_pickup", "delivery_attempted", "return_to_sender"],
};
/** These speak of the manifest and of the estimate; where the parcel is, they do not know. */
const typesFirst: ReadonlySet<string> = new Set(["MV", "U"]);

/** What the `activityStatus` of an alert, or the `status` of an activity of a reply, stands for. */
export function meaningOf(status: Raw): Standing | undefined {
  const type = text(at(status, "type"))?.toUpperCase() ?? "";
  const code = text(at(status, "code"));
  const ofType = activityTypes.meaningOf(type);
  if (typesFirst.has(type)) return ofType;
  // Type D is said of loading and of going out, too: the code knows better.
  const ofCode = activityCodes.meaningOf(code);
  if (ofCode !== undefined) return ofCode;
  const inBrief = statusCodes.meaningOf(threeDigits(status));
  if (inBrief !== undefined && (ofType === undefined || within[type]?.includes(inBrief.status))) {
    return inBrief;
  }
  return ofType ?? doubtfulCodes.meaningOf(code);
}

/** A writer that took the code for a number has dropped its zeros. */
const threeDigits = (status: Raw) =>
  (text(at(status, "descriptionCode")) ?? text(at(status, "statusCode")))?.padStart(3, "0");
