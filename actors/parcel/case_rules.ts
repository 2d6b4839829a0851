import type { CustomerRequestKind } from "../commands.ts";
import type { CasePriority } from "./case_events.ts";
import type { DelayReason } from "./parcel_events.ts";
import type { Standing } from "./status.ts";

const hourMs = 3_600_000;

/** When a problem becomes a case, and whose. A rule counts when a case is opened; what it says then stands in the event. */
export interface CaseRule {
  readonly team: "customer_service" | "warehouse" | "carrier_desk";
  readonly priority: CasePriority;
  /** How long the problem may last before it is a case. */
  readonly escalateAfterMs: number;
  /** How long the team has. */
  readonly dueAfterMs: number;
  readonly description: string;
}

const rule = (
  team: CaseRule["team"],
  priority: CasePriority,
  hours: { readonly after: number; readonly due: number },
  description: string,
): CaseRule => ({
  team,
  priority,
  escalateAfterMs: hours.after * hourMs,
  dueAfterMs: hours.due * hourMs,
  description,
});

/** Overlays of DOMAIN 4 that have lasted. */
export const delayCases: { readonly [Reason in DelayReason]: CaseRule } = {
  not_handed_over: rule("warehouse", "high", { after: 0, due: 24 }, "The carrier has not scanned the parcel"),
  no_movement: rule("carrier_desk", "normal", { after: 24, due: 48 }, "The parcel has stopped moving"),
  eta_slipped: rule("customer_service", "low", { after: 48, due: 48 }, "The carrier expects it later"),
  promise_missed: rule("customer_service", "high", { after: 0, due: 24 }, "The promised date has passed"),
  stuck_customs: rule("carrier_desk", "high", { after: 0, due: 24 }, "The parcel is stuck in customs"),
  pickup_ageing: rule("customer_service", "normal", { after: 0, due: 24 }, "Nobody has collected the parcel"),
};

/** What the receiver asks for on the shipment's page. */
export const requestCases: { readonly [Kind in CustomerRequestKind]: CaseRule } = {
  address_change: rule("warehouse", "urgent", { after: 0, due: 4 }, "The customer asks for another address"),
  pickup_point: rule(
    "customer_service",
    "high",
    { after: 0, due: 8 },
    "The customer asks for a pickup point",
  ),
  contact: rule("customer_service", "normal", { after: 0, due: 24 }, "The customer has written"),
};

/** By `<status>/<sub-status>`, or else `<status>`. What the customer is told of and can do alone waits longer. */
export const statusCases: { readonly [problem: string]: CaseRule } = {
  "exception/address_issue": rule("customer_service", "high", { after: 0, due: 8 }, "The address is wrong"),
  "exception/customs_documentation": rule("warehouse", "high", { after: 0, due: 8 }, "Customs lack papers"),
  "exception/customs_duties_unpaid": rule(
    "customer_service",
    "normal",
    { after: 24, due: 24 },
    "The customer has not paid customs duties",
  ),
  "exception/action_required": rule(
    "customer_service",
    "normal",
    { after: 12, due: 24 },
    "The carrier waits for the customer",
  ),
  "exception/damaged": rule("customer_service", "high", { after: 0, due: 24 }, "The parcel is damaged"),
  "exception/lost": rule("carrier_desk", "urgent", { after: 0, due: 24 }, "The carrier has lost the parcel"),
  "exception/disposed": rule("carrier_desk", "urgent", { after: 0, due: 24 }, "The carrier disposed of it"),
  "exception/seized": rule("customer_service", "urgent", { after: 0, due: 24 }, "The parcel was seized"),
  "exception/undeliverable": rule(
    "customer_service",
    "urgent",
    { after: 0, due: 8 },
    "The carrier cannot deliver the parcel",
  ),
  "exception/misrouted": rule("carrier_desk", "normal", { after: 24, due: 24 }, "The parcel was misrouted"),
  "exception/held": rule("carrier_desk", "normal", { after: 24, due: 24 }, "The carrier holds the parcel"),
  "exception/carrier_mechanical": rule("carrier_desk", "low", { after: 48, due: 48 }, "A vehicle broke down"),
  "exception": rule("carrier_desk", "normal", { after: 48, due: 48 }, "The carrier reports an exception"),
  "delivery_attempted/final": rule(
    "customer_service",
    "high",
    { after: 0, due: 8 },
    "The last delivery attempt has failed",
  ),
  "delivery_attempted/access_restricted": rule(
    "customer_service",
    "normal",
    { after: 0, due: 24 },
    "The driver could not get in",
  ),
  "delivered/damaged": rule("customer_service", "high", { after: 0, due: 24 }, "It was delivered damaged"),
  "delivered/partial": rule("customer_service", "high", { after: 0, due: 24 }, "Only part was delivered"),
  "return_to_sender": rule("customer_service", "normal", { after: 0, due: 24 }, "The parcel comes back"),
  "return_to_sender/returned": rule("warehouse", "normal", { after: 0, due: 48 }, "The parcel is back"),
  "expired": rule(
    "carrier_desk",
    "high",
    { after: 0, due: 48 },
    "Nothing was heard of the parcel for a month",
  ),
};

/** Delays by customs are cases of the overlay that counts them. */
const countedByDelay: ReadonlySet<string> = new Set(["exception/customs_held"]);

/** The problem that a status is, with its rule; undefined where nobody has to do anything, or only the customer. */
export function statusProblem(standing: Standing): { problem: string; rule: CaseRule } | undefined {
  const { status, subStatus } = standing, exact = `${status}/${subStatus ?? ""}`;
  if (countedByDelay.has(exact)) return undefined;
  const problem = Object.hasOwn(statusCases, exact) ? exact : status;
  const found = Object.hasOwn(statusCases, problem) ? statusCases[problem] : undefined;
  return found && { problem, rule: found };
}
