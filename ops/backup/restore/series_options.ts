import type { ContinueSeries } from "../../../actors/money_commands.ts";
import { dayIn, fiscalYearOf } from "../../../actors/series/year.ts";
import { type Seller, undescribed } from "../../../actors/series/seller.ts";
import { exitCodes, Failure } from "../../cli/failure.ts";
import type { Plan } from "./plan.ts";

/** `INV-2026-000123`, or `INV-2026-R1-000123` where a restore came before. */
const numberPattern = /^(.+)-(\d{4})(?:-([A-Z0-9]{1,12}))?-(\d{6,})$/;
const suffixPattern = /^[A-Z0-9]{1,12}$/;
const minuteMs = 60_000, suffixSinceMs = Date.UTC(2026, 0, 1);

export interface SeriesFlags {
  readonly suffix: string;
  /** Last numbers that were given, as the operator knows them. */
  readonly after: readonly string[];
  readonly nowMs: number;
}

/** One that no other restore of the last minutes has: `R` and the minutes since 2026 began, in base 36. */
export function suffixAt(nowMs: number): string {
  return `R${Math.floor((nowMs - suffixSinceMs) / minuteMs).toString(36).toUpperCase()}`;
}

/**
 * What is said to each series of the log and of the configuration: those of an entity of which the operator knows the last numbers go on
 * behind these, all others begin again under the suffix. Refused is what could give a number again: a suffix that was used, a last
 * number below one that the backup knows, and last numbers of some of an entity's series only.
 */
export function continuing(
  plan: Pick<Plan, "series">,
  sellers: readonly Seller[],
  { suffix, after, nowMs }: SeriesFlags,
): Map<string, ContinueSeries> {
  if (!suffixPattern.test(suffix)) throw misused(`${suffix} is no suffix: 1 to 12 of A-Z and 0-9`);
  for (const [entity, { given }] of plan.series) {
    if (!given.suffixes.has(suffix)) continue;
    throw misused(`numbers of ${entity} under the suffix ${suffix} were given already; choose another one`);
  }
  const entities = new Set([...plan.series.keys(), ...sellers.map(({ entity }) => entity)]);
  const known = new Map<string, Record<string, number>>();
  for (const number of after) {
    const { entity, key, sequence } = placeOf(plan, sellers, number), named = known.get(entity);
    known.set(entity, { ...named, [key]: Math.max(sequence, named?.[key] ?? 0) });
  }
  return new Map([...entities].map((entity): [string, ContinueSeries] => {
    const named = known.get(entity);
    if (named === undefined) return [entity, { type: "continue", suffix }];
    expectAllNamed(entity, named, yearsOf(plan, sellers, { entity, named, nowMs }));
    expectNotBelow(entity, named, plan);
    return [entity, { type: "continue", after: named }];
  }));
}

type Named = Readonly<Record<string, number>>;

/** The years of which an entity may have given numbers: those that the log or the operator names, and this one. */
function yearsOf(
  plan: Pick<Plan, "series">,
  sellers: readonly Seller[],
  { entity, named, nowMs }: { readonly entity: string; readonly named: Named; readonly nowMs: number },
): Set<string> {
  const at = plan.series.get(entity), { timeZone, fiscalYearStartMonth } = sellerOf(plan, sellers, entity);
  const keys = [
    ...Object.keys(named),
    ...Object.keys(at?.state.heads ?? {}),
    ...(at?.given.lastUnder(at.state.suffix).keys() ?? []),
  ];
  const now = fiscalYearOf(dayIn(timeZone, nowMs), fiscalYearStartMonth);
  return new Set([...keys.map((key) => key.slice(key.indexOf("/") + 1)), String(now)]);
}

/** One that is not named would begin with 1 again, although the operator may have given numbers that no backup knows. */
function expectAllNamed(entity: string, named: Named, years: ReadonlySet<string>): void {
  const keys = [...years].sort().flatMap((year) => [`invoice/${year}`, `credit_note/${year}`]);
  const missing = keys.filter((key) => !(key in named));
  if (missing.length === 0) return;
  throw misused(
    `--after must name the last number of ${
      missing.join(" and ")
    } of ${entity}, too (…-000000 where none was given)`,
  );
}

function expectNotBelow(entity: string, named: Named, { series }: Pick<Plan, "series">): void {
  const at = series.get(entity);
  for (const [key, last] of at?.given.lastUnder(at.state.suffix) ?? []) {
    if ((named[key] ?? 0) >= last) continue;
    throw misused(`number ${last} of ${key} of ${entity} was given, as the backup knows: --after is too low`);
  }
}

function placeOf(plan: Pick<Plan, "series">, sellers: readonly Seller[], number: string) {
  const [, prefix, year, suffix, digits] = numberPattern.exec(number) ?? [];
  const entities = new Set([...plan.series.keys(), ...sellers.map(({ entity }) => entity)]);
  for (const entity of entities) {
    const { suffix: present } = plan.series.get(entity)?.state ?? {};
    const { prefixes } = sellerOf(plan, sellers, entity);
    const type = prefixes.invoice === prefix
      ? "invoice"
      : prefixes.creditNote === prefix
      ? "credit_note"
      : undefined;
    if (type === undefined || suffix !== present) continue;
    return { entity, key: `${type}/${year}`, sequence: Number(digits) };
  }
  throw misused(`${number} is no number of any series in the backup`);
}

const sellerOf = (plan: Pick<Plan, "series">, sellers: readonly Seller[], entity: string): Seller =>
  plan.series.get(entity)?.state.described?.seller ?? sellers.find((one) => one.entity === entity) ??
    undescribed(entity);

const misused = (why: string) => new Failure(`Cannot restore: ${why}`, { exitCode: exitCodes.misused });
