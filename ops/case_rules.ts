import { casePriorities, type CasePriority } from "../actors/parcel/case_events.ts";
import { caseProblems, type CaseSetting, type CaseSettings } from "../actors/parcel/case_rules.ts";
import { hoursOrDays, rulesFor, type ShopRules, shopRules } from "./shop_rules.ts";

export type CaseRules = ShopRules<CaseSetting>;

/** `exception/held=team:returns priority:low after:12h due:3d,gls:expired=off`: whose a problem is, how soon, or that it is no case. */
export const caseRules = shopRules(caseSetting, {
  example: "exception/held=team:returns priority:low after:12h due:3d,gls:expired=off",
  rules: caseProblems,
});

/** What this carrier's parcels are told; undefined where the shop says nothing. */
export function caseSettingsFor(rules: CaseRules, carrier: string): CaseSettings | undefined {
  const said = rulesFor(rules, carrier);
  return Object.keys(said).length === 0 ? undefined : said;
}

function caseSetting(_: string, value: string): CaseSetting | undefined {
  if (value === "off") return { off: true };
  const words = value.split(/\s+/).map(wordOf);
  return words.includes(undefined) ? undefined : Object.assign({}, ...words);
}

function wordOf(word: string): CaseSetting | undefined {
  const [name, value = "", ...more] = word.split(":"), ms = hoursOrDays(value);
  if (more.length > 0) return undefined;
  switch (name) {
    case "team":
      return /^[a-z0-9][a-z0-9_-]{0,31}$/.test(value) ? { team: value } : undefined;
    case "priority":
      return isPriority(value) ? { priority: value } : undefined;
    case "after":
      return ms === undefined ? undefined : { escalateAfterMs: ms };
    case "due":
      return ms === undefined ? undefined : { dueAfterMs: ms };
    default:
      return undefined;
  }
}

const isPriority = (text: string): text is CasePriority => casePriorities.some((one) => one === text);
