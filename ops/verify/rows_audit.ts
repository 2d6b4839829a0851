import { isDeepStrictEqual } from "node:util";
import type { ActorId } from "../../actors/ids.ts";
import type { SkuState } from "../../actors/sku/sku_state.ts";
import { stockCounters } from "../../actors/sku/stock_changes.ts";
import { Check, type CheckReport } from "../invoices/check.ts";
import type { LevelRow, RowsOfActor, StateRow } from "./rows_seen.ts";
import { sameState } from "./same.ts";
import type { FoldedActor, Life } from "./sample.ts";

/** The column of each counter is its name, in lower case and with underscores. */
const columnOf = (counter: string) => counter.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const columns = stockCounters.map(columnOf);

/** Compares rows with the fold of the log at the position where they were read. */
export class RowsAudit {
  readonly #checks = {
    order: new Check("rows: each order is the fold of its events (of a sample)"),
    parcel: new Check("rows: each parcel is the fold of its events (of a sample)"),
    sku: new Check("rows: stock at each location is the fold of its SKU's events (of a sample)"),
  };

  take(actor: ActorId, life: Life, rows: RowsOfActor): void {
    this.#checks[rows.kind].holds(actor, () => {
      const folded = life.at(rows.until);
      return rows.kind === "sku" ? sameLevels(folded, rows.levels) : sameRow(actor, folded, rows.row);
    });
  }

  /** Nothing, where no rows were read. */
  reports(): CheckReport[] {
    const reports = Object.values(this.#checks).map((check) => check.report());
    return reports.some(({ looked }) => looked > 0) ? reports : [];
  }
}

function sameRow(
  actor: ActorId,
  folded: FoldedActor | undefined,
  row: StateRow | undefined,
): true | string {
  const same = row === undefined || folded === undefined
    ? row === folded
    : row.version === folded.version && sameState(actor, folded.state, row.state);
  return same || `has ${rowText(row)}, and ${folded?.version ?? "no"} events by then`;
}

const rowText = (row: StateRow | undefined) =>
  row === undefined ? "no row" : `a row of version ${row.version}`;

function sameLevels(folded: FoldedActor | undefined, rows: readonly LevelRow[]): true | string {
  const wanted = sorted(folded === undefined ? [] : levelsOf(folded.state as SkuState));
  const there = sorted(rows.map((row) => [row.location, ...columns.map((column) => Number(row[column]))]));
  return isDeepStrictEqual(there, wanted) ||
    `rows say ${JSON.stringify(there)}, events ${JSON.stringify(wanted)}`;
}

type Level = readonly [location: string, ...units: number[]];

const levelsOf = ({ locations }: SkuState): Level[] =>
  [...locations].map((stock) => [stock.location, ...stockCounters.map((counter) => stock[counter])]);

/** A location where nothing is or is claimed says nothing. */
const sorted = (levels: readonly Level[]): Level[] =>
  levels.filter(([, ...units]) => units.some((count) => count !== 0))
    .sort(([one], [other]) => one < other ? -1 : 1);
