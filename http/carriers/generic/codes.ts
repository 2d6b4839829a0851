import { type TrackingStatus, trackingStatuses } from "../../../actors/parcel/status.ts";
import { Misconfigured } from "../adapter.ts";
import { type CodeRow, type CodeTable, codeTable } from "../codes.ts";

const name = "WAYBILL_CARRIER_GENERIC_CODES";
const example = `{"DLV": "delivered", "HOLD": "exception/held", "acme:X1": "in_transit"}`;
const codesMax = 5000;

/** What the operator says that codes mean; a code may be one carrier's alone: `acme:X1`. */
export function codesOf(setting: string | undefined): CodeTable {
  if (setting === undefined) return codeTable([]);
  const entries = Object.entries(objectOf(setting));
  if (entries.length > codesMax) throw wrong(`has ${entries.length} codes, at most ${codesMax} are taken`);
  const rows = entries.map(([code, meaning]) => rowOf(code, meaning));
  const keys = rows.map(([code]) => code.trim().toUpperCase());
  const twice = keys.find((key, i) => keys.indexOf(key) !== i);
  if (twice !== undefined) throw wrong(`has ${twice} twice; upper and lower case are the same`);
  return codeTable(rows);
}

function objectOf(setting: string): object {
  try {
    const value: unknown = JSON.parse(setting);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw wrong("is not a JSON object");
}

function rowOf(code: string, meaning: unknown): CodeRow {
  const [status, subStatus, ...more] = typeof meaning === "string" ? meaning.trim().split("/") : [];
  if (status === undefined || !isStatus(status) || subStatus === "" || more.length > 0) {
    throw wrong(
      `says ${JSON.stringify(meaning)} for ${code}; the statuses are ${trackingStatuses.join(", ")}`,
    );
  }
  return [code, status, subStatus, name];
}

const isStatus = (text: string): text is TrackingStatus => trackingStatuses.some((status) => status === text);
const wrong = (what: string) => new Misconfigured(`Cannot use ${name}: it ${what}. For example: ${example}`);
