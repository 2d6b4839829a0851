import type { ScanInput } from "../commands.ts";
import type { Scan } from "./fold.ts";
import { fnv1a } from "./fnv1a.ts";

/** A scan as a parcel keeps it. */
export interface Checkpoint extends ScanInput, Scan {}

/** Together at most 2 KB in UTF-8, whatever a carrier sends. */
export const textCharsMax = {
  description: 450,
  location: 100,
  carrierCode: 50,
  localTime: 40,
  subStatus: 40,
} as const;

/**
 * Names a scan among all of its parcel's: carrier and number, code, time and place (DOMAIN 4). A carrier that sends no codes tells its
 * scans apart by what they mean.
 */
export function checkpointOf(parcel: string, scan: ScanInput): Checkpoint {
  const { status, atMs, localTime } = scan;
  const carrierCode = cut(scan.carrierCode, textCharsMax.carrierCode);
  const subStatus = scan.subStatus && cut(scan.subStatus, textCharsMax.subStatus);
  const location = scan.location && cut(scan.location, textCharsMax.location);
  const code = carrierCode || `${status}/${subStatus ?? ""}`;
  return {
    status,
    ...(subStatus && { subStatus }),
    atMs,
    ...(localTime && { localTime: cut(localTime, textCharsMax.localTime) }),
    ...(location && { location }),
    description: cut(scan.description, textCharsMax.description),
    carrierCode,
    hash: fnv1a(JSON.stringify([parcel, code, atMs, location ?? ""])),
  };
}

/** Never through the middle of a character. */
function cut(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text;
  const last = text.charCodeAt(charsMax - 1);
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? charsMax - 1 : charsMax);
}
