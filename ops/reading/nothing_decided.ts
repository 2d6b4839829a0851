import { counted } from "../cli/counted.ts";

/** Of a window in which no turn record lies: that nothing differs there would be no news. */
export const nothingDecided = (records: number): string =>
  records === 0
    ? "NOTHING was decided: no turn record was read"
    : `NOTHING was decided: none of the ${counted(records, "turn record")} that were read lies there`;
