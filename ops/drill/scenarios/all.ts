import type { Scenario } from "../scenario.ts";
import { badCode } from "./bad_code.ts";
import { carrierDown } from "./carrier_down.ts";
import { databaseDropped } from "./database_dropped.ts";
import { logCut } from "./log_cut.ts";
import { poisons } from "./poison.ts";
import { rowsCorrupted } from "./rows_corrupted.ts";

/** In the order in which they are performed: the last one leaves the data of the first behind. */
export const allScenarios: readonly Scenario[] = [
  rowsCorrupted,
  databaseDropped,
  ...poisons,
  badCode,
  carrierDown,
  logCut,
];
