import type { Brand } from "../ids.ts";

/** `case_` and the parcel's key with the case's number, in base64url: whoever has the id knows which parcel to ask. */
export type CaseId = Brand<string, "CaseId">;

/** A parcel's key has no `#`; its cases count 1, 2, 3 … for ever. Keys of parcels are ASCII. */
export function caseIdOf(parcel: string, number: number): CaseId {
  const text = btoa(`${parcel}#${number}`).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  return `case_${text}` as CaseId;
}

/** The key of the parcel that the case is of; undefined when the text is no case's id. */
export function parcelOfCase(id: string): string | undefined {
  const [, text] = /^case_([\w-]{4,180})$/.exec(id) ?? [];
  if (text === undefined) return undefined;
  try {
    const [, parcel, number] = /^([a-z0-9][a-z0-9_-]{0,31}:[A-Z0-9][A-Z0-9._/-]{0,63})#([1-9]\d{0,8})$/
      .exec(atob(text.replaceAll("-", "+").replaceAll("_", "/"))) ?? [];
    // One id for each case: other spellings of the same bits are nobody's.
    return parcel !== undefined && caseIdOf(parcel, Number(number)) === id ? parcel : undefined;
  } catch {
    return undefined; // Not base64: somebody made it up.
  }
}
