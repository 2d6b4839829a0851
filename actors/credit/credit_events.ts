import type { Event } from "../actor.ts";
import type { IssueCredit } from "../money_commands.ts";

// Wire names and versions are what the log holds for years. Add a version; never edit one.

/** What the credit note is to say is settled, and the series was asked for its number. */
export type CreditRequested = Event<"credit.requested", 1, Omit<IssueCredit, "type">>;
export type CreditIssued = Event<"credit.issued", 1, {
  readonly number: string;
  readonly issuedOn: string;
  readonly total: string;
}>;
export type CreditEvent = CreditRequested | CreditIssued;

/** The versions that are written today; older ones are upcast when read. */
export const creditEventVersions = {
  "credit.requested": [1],
  "credit.issued": [1],
} as const satisfies { readonly [E in CreditEvent as E["type"]]: readonly [E["version"]] };
