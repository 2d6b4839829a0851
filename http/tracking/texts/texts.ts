import type { RequestTexts } from "./requests/texts.ts";
import type { ActionRequired, subStatuses, TrackingStatus } from "../../../actors/parcel/status.ts";

/** By the number's plural category; French and Spanish have a third, for millions, which reads as `other`. */
export interface Counted {
  readonly one: (count: string) => string;
  readonly other: (count: string) => string;
}

/** What happened, short enough for a list, and what happens next where that differs from what the status alone says. */
export type SubTexts = readonly [says: string, next?: string];

export const delayReasons = [
  "not_handed_over",
  "no_movement",
  "eta_slipped",
  "promise_missed",
  "stuck_customs",
  "pickup_ageing",
] as const;
export type DelayReason = (typeof delayReasons)[number];

export const stepNames = [
  "announced",
  "moving",
  "out",
  "pickup",
  "delivered",
  "returning",
  "returned",
] as const;
export type StepName = (typeof stepNames)[number];
export type StepState = "done" | "current" | "stopped" | "ahead";

/** Everything that the page says, in one language: a missing text does not compile. */
export interface Texts {
  /** Of the language itself. */
  readonly languageName: string;
  readonly statuses: { readonly [S in TrackingStatus]: { readonly title: string; readonly next: string } };
  readonly subStatuses: {
    readonly [S in TrackingStatus]: { readonly [Sub in (typeof subStatuses)[S][number]]: SubTexts };
  };
  readonly whoseMove: { readonly [A in ActionRequired]: string };
  readonly steps: { readonly [S in StepName]: string };
  readonly stepStates: { readonly [S in StepState]: string };
  readonly delays: { readonly [R in DelayReason]: string };
  readonly page: PageTexts;
  readonly help: HelpTexts;
  readonly requests: RequestTexts;
}

export interface PageTexts {
  readonly title: (status: string) => string;
  readonly order: (number: string) => string;
  readonly progress: string;
  readonly expected: string;
  /** Instead of an estimate that has passed. */
  readonly awaited: string;
  readonly delayed: string;
  readonly delayedSince: (when: string) => string;
  readonly whatNext: string;
  readonly history: string;
  readonly noHistory: string;
  readonly olderEvents: Counted;
  readonly timesAreLocal: string;
  readonly localTime: string;
  /** Without a name: of a carrier that has none. */
  readonly wordsOf: (carrier: string | undefined) => string;
  readonly journey: string;
  readonly mapOf: (places: string) => string;
  readonly parcel: string;
  readonly contents: string;
  readonly moreLines: Counted;
  readonly carrier: string;
  /** One that customers know by no name. */
  readonly otherCarrier: string;
  readonly trackingNumber: string;
  readonly language: string;
  readonly legal: string;
  readonly live: string;
  readonly reload: string;
  readonly news: (status: string) => string;
  readonly unknownTitle: string;
  readonly unknownText: string;
  readonly calendar: string;
  readonly calendarEntry: (shop: string) => string;
  readonly downTitle: string;
  readonly downText: string;
}

export interface HelpTexts {
  readonly title: string;
  readonly carrierPage: (carrier: string) => string;
  readonly options: (carrier: string) => string;
  readonly optionsHint: (carrier: string) => string;
  readonly contact: (shop: string) => string;
  readonly contactSubject: (parcel: string) => string;
}
