import { hasCorpus, statusMap } from "./corpus.ts";

/** For the names of tests that need them. */
export const corpusIsThere = hasCorpus;
export const orWhyNot = hasCorpus ? "" : " (skipped: ../shared/carriers is missing)";

/** The codes that the published map has for a provider. */
export const mappedCodesOf = (name: string) => statusMap.filter(({ provider }) => provider === name);
