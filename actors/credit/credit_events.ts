import type { Event } from "../actor.ts";
import type { IssueCredit } from "../money_commands.ts";

// Wire names and versions are what the log holds for years. Add a version; never edit one.

/** What the credit note is to say is settled, and the series was asked for its number. */
export type CreditRequested = Event<"credit.requested", 1, Omit<IssueCredit, "type">>;
interface Numbered {
  readonly number: string;
  readonly issuedOn: string;
  readonly total: string;
}
/** Written before anybody outside was told of it. */
export type CreditIssuedV1 = Event<"credit.issued", 1, Numbered>;
/** Says by itself which credit got its number: readers need nothing of what came before. */
export type CreditIssued = Event<
  "credit.issued",
  2,
  Numbered & Pick<IssueCredit, "channel" | "reference" | "currency">
>;
export type CreditEvent = CreditRequested | CreditIssuedV1 | CreditIssued;

/** Every (type, version) that was ever written; the last is written today. */
export const creditEventVersions = {
  "credit.requested": [1],
  "credit.issued": [1, 2],
} as const satisfies { readonly [E in CreditEvent as E["type"]]: readonly E["version"][] };
