import { bodyOf, corpus, type ExpectedShipment, expectedShipments, hasCorpus, statusMap } from "./corpus.ts";

/** For the names of tests that need them. */
export const corpusIsThere = hasCorpus;
export const orWhyNot = hasCorpus ? "" : " (skipped: ../shared/carriers is missing)";

/** A payload that others recorded or published, and what it should come to. */
export interface Recorded {
  readonly file: string;
  readonly kind: string;
  /** Blank where the source asserts nothing. */
  readonly status: string;
  readonly subStatus: string;
  readonly body: Uint8Array;
}

export const recordedOf = (name: string): readonly Recorded[] =>
  corpus.filter(({ provider }) => provider === name).map(({ file, kind, statuses, subStatus }) => ({
    file,
    kind,
    status: statuses.join("|"),
    subStatus,
    body: bodyOf(file),
  }));

/** The codes that the published map has for a provider. */
export const mappedCodesOf = (name: string) => statusMap.filter(({ provider }) => provider === name);

/** A second opinion on a payload's events, newest first or last as the payload has them. */
export const expectedEventsOf = (provider: string): readonly ExpectedShipment[] =>
  expectedShipments.filter(({ file }) => file.startsWith(`${provider}/`));
