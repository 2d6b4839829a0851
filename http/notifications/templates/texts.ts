import { type Milestone, milestones } from "../../../projections/outbox/milestones.ts";

/** What messages are about. */
export const topics = ["orders", "parcels", "problems"] as const;
export type Topic = (typeof topics)[number];
export const topicOf: { readonly [M in Milestone]: Topic } = {
  confirmed: "orders",
  shipped: "orders",
  out_for_delivery: "parcels",
  delivered: "parcels",
  ready_for_pickup: "parcels",
  delayed: "problems",
  exception: "problems",
  attempt_failed: "problems",
};

/** The milestones of these names, or of the topics of these names; all other names mean nothing. */
export function milestonesNamed(names: readonly unknown[]): readonly Milestone[] {
  return milestones.filter((milestone) => names.includes(milestone) || names.includes(topicOf[milestone]));
}

/** What messages say beside what the tracking page says already, in one language: a missing text does not compile. */
export interface NotificationTexts {
  readonly subjects: { readonly [M in Milestone]: (order: string) => string };
  readonly confirmed: { readonly title: string; readonly text: string };
  readonly shipped: { readonly title: string; readonly text: (carrier: string | undefined) => string };
  /** Without a name: to somebody. */
  readonly greeting: (name: string | undefined) => string;
  readonly newDay: (day: string) => string;
  readonly track: string;
  readonly contents: string;
  readonly moreLines: (count: number) => string;
  readonly why: (shop: string) => string;
  readonly preferences: string;
  readonly unsubscribe: string;
  readonly page: PreferenceTexts;
}
export interface PreferenceTexts {
  readonly title: string;
  readonly intro: (shop: string) => string;
  readonly channels: { readonly email: string; readonly sms: string };
  readonly topics: { readonly [T in Topic]: string };
  readonly milestones: { readonly [M in Milestone]: string };
  readonly save: string;
  readonly saved: string;
  /** While nothing may be changed. */
  readonly paused: string;
  readonly nobody: string;
  readonly stopTitle: string;
  readonly stopText: string;
  readonly stop: string;
  readonly stopped: string;
  readonly push: {
    readonly title: string;
    readonly hint: string;
    readonly on: string;
    readonly off: string;
    readonly isOn: string;
    readonly isOff: string;
    readonly denied: string;
    readonly failed: string;
  };
  readonly back: string;
}
