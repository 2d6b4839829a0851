import type { Json } from "../../actors/actor.ts";
import type { RowDifference, TableComparison } from "../../projections/rebuild/compare.ts";
import type { Listed, RowsListed } from "./rebuild_list.ts";
import { counted } from "./counted.ts";

const number = (value: number) => value.toLocaleString("en-GB");

/** What was built, and how it compares: as the report says it and, with `--json`, as it is printed. */
export interface Report {
  readonly projection: string;
  readonly schema: string;
  /** Of this run; earlier ones may have read most of the log. */
  readonly events: number;
  readonly seconds: number;
  readonly wentOn: boolean;
  readonly same: boolean;
  /** Of both sides as they were compared: sequences in EVENTS, by partition. */
  readonly positions: { readonly [partition: string]: number };
  readonly tables: readonly TableComparison[];
}

export function reportText({ projection, events, seconds, wentOn, positions, tables }: Report): string {
  const rate = Math.round(events / Math.max(0.001, seconds));
  const built = `${projection}: ${counted(events, "event")} read${
    wentOn ? " where an earlier run ended" : ""
  } in ${seconds.toFixed(1)} s (${number(rate)} events/s)`;
  return [built, `Compared at ${positionsText(positions)}:`, ...differencesText(tables)].join("\n");
}

export const differencesText = (tables: readonly TableComparison[]): string[] => tables.flatMap(tableLines);

const tableLines = ({ table, rows, rebuiltRows, differing, shown }: TableComparison): string[] => {
  if (differing === 0 && rows === rebuiltRows) return [`  ${table}: ${counted(rows, "row")}, the same`];
  const more = differing - shown.length;
  return [
    `  ${table}: ${counted(rows, "row is", "rows are")} read, ${number(rebuiltRows)} were built, ${
      number(differing)
    } ${differing === 1 ? "DIFFERS" : "DIFFER"}`,
    ...shown.flatMap(differenceLines),
    ...(more > 0 ? [`    and ${number(more)} more`] : []),
  ];
};

const whatIsWrong = { missing: "is missing", extra: "should not be there", different: "differs" };

function differenceLines({ key, kind, columns }: RowDifference): string[] {
  const named = Object.entries(key).map(([column, value]) => `${column} ${value}`).join(", ");
  const pairs = Object.entries(columns).flatMap(([column, { live, rebuilt }]) => [
    `      ${column}: ${live ?? "null"}`,
    `      ${" ".repeat(Math.max(0, column.length - 3))}built: ${rebuilt ?? "null"}`,
  ]);
  return [`    ${named} ${whatIsWrong[kind]}`, ...pairs];
}

export function positionsText(positions: { readonly [partition: string]: number }): string {
  const all = Object.entries(positions).map(([partition, sequence]) => `${partition}:${sequence}`);
  return all.length === 0 ? "the beginning of the log" : all.join(" ");
}

/** What `waybill rebuild` alone says. */
export function listText(listed: readonly Listed[], refused: Readonly<Record<string, string>>): string {
  const lines = listed.flatMap(({ projection, live, next, old }) => [
    `${projection}  ${live.schema} at ${positionsText(live.positions)}`,
    ...(next ? [`  being built: ${besideText(next)}, since ${next.begunAt} by ${next.code}`] : []),
    ...(old ? [`  kept: ${besideText(old)}, read until ${old.swappedAt ?? old.begunAt}`] : []),
  ]);
  return [...lines, "Never rebuilt:", ...Object.entries(refused).map(([name, why]) => `  ${name}: ${why}`)]
    .join("\n");
}

const besideText = ({ schema, positions }: RowsListed) => `${schema} at ${positionsText(positions)}`;

/** What the record of the act holds: not every row. */
export function recordedOf(
  { tables, positions, ...report }: Report,
): { [field: string]: Json } {
  return {
    ...report,
    positions: { ...positions },
    tables: tables.map(({ table, rows, rebuiltRows, differing, shown }) => ({
      ...{ table, rows, rebuiltRows, differing },
      shown: shown.map(({ key, kind, columns }) => ({
        key: { ...key },
        kind,
        columns: Object.fromEntries(Object.entries(columns).map(([column, pair]) => [column, { ...pair }])),
      })),
    })),
  };
}
