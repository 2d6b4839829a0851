import type { Event } from "../actor.ts";
import type { ErasePerson } from "../commands.ts";

// Wire names and versions are what the log holds for years. Add a version; never edit one.

/** A person is to be forgotten: whatever is read of these actors' personal data from now on, this is true of it. */
export type PersonErased = Event<"person.erased", 1, Omit<ErasePerson, "type">>;
export type PersonEvent = PersonErased;

/** The versions that are written today; older ones are upcast when read. */
export const personEventVersions = {
  "person.erased": [1],
} as const satisfies { readonly [E in PersonEvent as E["type"]]: readonly [E["version"]] };
