import type { CustomerRequestKind } from "../commands.ts";
import type { CasePriority } from "./case_events.ts";
import type { DelayReason } from "./parcel_events.ts";
import type { Standing } from "./status.ts";

const hourMs = 3_600_000;

/** When a problem becomes a case, and whose. A rule counts when a case is opened; what it says then stands in the event. */
export interface CaseRule {
  readonly team: string;
  readonly priority: CasePriority;
  /** How long the problem may last before it is a case. */
  readonly escalateAfterMs: number;
  /** How long the team has. */
  readonly dueAfterMs: number;
  readonly description: string;
}

/** What a shop says of a problem itself: it is no case, or what is said counts instead of ours. */
export type CaseSetting =
  | { readonly off: true }
  | Partial<Pick<CaseRule, "team" | "priority" | "escalateAfterMs" | "dueAfterMs">>;
export type CaseSettings = { readonly [problem: string]: CaseSetting };

type Team = "customer_service" | "warehouse" | "carrier_desk";
/** Whose, how soon, after how many hours it is a case, in how many hours it is to be done, and what it is. */
type Row = readonly [Team, CasePriority, afterH: number, dueH: number, description: string];
type Rows<Problem extends string> = { readonly [One in Problem]: Row };

/** Overlays of DOMAIN 4 that have lasted. */
const ofDelays: Rows<`delayed/${DelayReason}`> = {
  "delayed/not_handed_over": ["warehouse", "high", 0, 24, "The carrier has not scanned the parcel"],
  "delayed/no_movement": ["carrier_desk", "normal", 24, 48, "The parcel has stopped moving"],
  "delayed/eta_slipped": ["customer_service", "low", 48, 48, "The carrier expects it later"],
  "delayed/promise_missed": ["customer_service", "high", 0, 24, "The promised date has passed"],
  "delayed/stuck_customs": ["carrier_desk", "high", 0, 24, "The parcel is stuck in customs"],
  "delayed/pickup_ageing": ["customer_service", "normal", 0, 24, "Nobody has collected the parcel"],
};

/** What the receiver asks for on the shipment's page. */
const ofRequests: Rows<`request/${CustomerRequestKind}`> = {
  "request/address_change": ["warehouse", "urgent", 0, 4, "The customer asks for another address"],
  "request/pickup_point": ["customer_service", "high", 0, 8, "The customer asks for a pickup point"],
  "request/contact": ["customer_service", "normal", 0, 24, "The customer has written"],
};

/** By `<status>/<sub-status>`, or else `<status>`. What the customer is told of and can do alone waits longer. */
const ofStatuses: { readonly [problem: string]: Row } = {
  "exception/address_issue": ["customer_service", "high", 0, 8, "The address is wrong"],
  "exception/customs_documentation": ["warehouse", "high", 0, 8, "Customs lack papers"],
  "exception/customs_duties_unpaid": [
    "customer_service",
    "normal",
    24,
    24,
    "The customer has not paid customs duties",
  ],
  "exception/action_required": ["customer_service", "normal", 12, 24, "The carrier waits for the customer"],
  "exception/damaged": ["customer_service", "high", 0, 24, "The parcel is damaged"],
  "exception/lost": ["carrier_desk", "urgent", 0, 24, "The carrier has lost the parcel"],
  "exception/disposed": ["carrier_desk", "urgent", 0, 24, "The carrier disposed of it"],
  "exception/seized": ["customer_service", "urgent", 0, 24, "The parcel was seized"],
  "exception/undeliverable": ["customer_service", "urgent", 0, 8, "The carrier cannot deliver the parcel"],
  "exception/misrouted": ["carrier_desk", "normal", 24, 24, "The parcel was misrouted"],
  "exception/held": ["carrier_desk", "normal", 24, 24, "The carrier holds the parcel"],
  "exception/carrier_mechanical": ["carrier_desk", "low", 48, 48, "A vehicle broke down"],
  "exception": ["carrier_desk", "normal", 48, 48, "The carrier reports an exception"],
  "delivery_attempted/final": ["customer_service", "high", 0, 8, "The last delivery attempt has failed"],
  "delivery_attempted/access_restricted": [
    "customer_service",
    "normal",
    0,
    24,
    "The driver could not get in",
  ],
  "delivered/damaged": ["customer_service", "high", 0, 24, "It was delivered damaged"],
  "delivered/partial": ["customer_service", "high", 0, 24, "Only part was delivered"],
  "return_to_sender": ["customer_service", "normal", 0, 24, "The parcel comes back"],
  "return_to_sender/returned": ["warehouse", "normal", 0, 48, "The parcel is back"],
  "expired": ["carrier_desk", "high", 0, 48, "Nothing was heard of the parcel for a month"],
};

/** By problem. */
const caseRules: ReadonlyMap<string, CaseRule> = new Map(
  Object.entries({ ...ofDelays, ...ofRequests, ...ofStatuses }).map((
    [problem, [team, priority, afterH, dueH, description]],
  ) => [
    problem,
    { team, priority, escalateAfterMs: afterH * hourMs, dueAfterMs: dueH * hourMs, description },
  ]),
);

/** Those that have a rule. */
export const caseProblems: readonly string[] = [...caseRules.keys()];

/** Undefined where nobody has to do anything, or only the customer. */
export function caseRule(problem: string, settings: CaseSettings = {}): CaseRule | undefined {
  const ours = caseRules.get(problem);
  const said = Object.hasOwn(settings, problem) ? settings[problem]! : {};
  return ours && !("off" in said) ? { ...ours, ...said } : undefined;
}

/** Delays by customs are cases of the overlay that counts them. */
const countedByDelay: ReadonlySet<string> = new Set(["exception/customs_held"]);

/** The problem that a status is; undefined where nobody has to do anything, or only the customer. */
export function statusProblem({ status, subStatus }: Standing): string | undefined {
  const exact = `${status}/${subStatus ?? ""}`;
  if (countedByDelay.has(exact)) return undefined;
  return [exact, status].find((problem) => Object.hasOwn(ofStatuses, problem));
}
